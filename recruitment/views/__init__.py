"""Pages of recruitment, by subject."""
