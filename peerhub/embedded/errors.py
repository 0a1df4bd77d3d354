"""The one kind of failure this package has: a sentence for the person at the terminal, ending with what mends it."""


class EmbeddedError(Exception):
    """One clear sentence; the command line prints it and exits with 2."""
