"""The one exception of the house for "this cannot be done now"."""


class Refused(Exception):
    """A deed is not allowed in the present state of things.

    The message is a whole, translated sentence that may be shown to the person who tried: what happened,
    what was kept, and where it helps, what to do instead.
    """
