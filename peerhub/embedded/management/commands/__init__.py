"""Management commands of the embedded package."""
