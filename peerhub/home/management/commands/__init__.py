"""Commands that span all stages; the contract is docs/commands.md."""
