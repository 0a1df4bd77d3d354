"""Commands for operators; what they answer stands in docs/commands.md."""
