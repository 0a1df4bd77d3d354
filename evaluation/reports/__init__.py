"""What a report says: one module a chapter, gathered for an audience. Numbers and sentences, no PDF."""
