"""Pages of matching, by subject."""
