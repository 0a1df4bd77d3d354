"""The ground every stage stands on; no rule of a programme lives here."""
