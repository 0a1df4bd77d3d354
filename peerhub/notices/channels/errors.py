"""How handing a message over can end when it does not end well."""


class NotSent(Exception):  # reads as a sentence where it is raised
    """Nothing went out. ``for_good`` when trying again would change nothing."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good


class Unsure(Exception):  # likewise
    """It was handed over, and the answer was lost: it may have gone out or not."""
