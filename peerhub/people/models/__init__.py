"""Tables of people: log-ins, people, what was done and looked at, drafts, one-time links, notes, emergency access."""

from peerhub.people.models.draft import MOST_TYPED, Draft
from peerhub.people.models.history import History, Look, StateChange
from peerhub.people.models.link import Link
from peerhub.people.models.login import User, UserManager
from peerhub.people.models.note import LONGEST_NOTE, SensitiveNote
from peerhub.people.models.opening import FEWEST_LETTERS, LONGEST, AccessGrant
from peerhub.people.models.person import Person

__all__ = [
    "FEWEST_LETTERS",
    "LONGEST",
    "LONGEST_NOTE",
    "MOST_TYPED",
    "AccessGrant",
    "Draft",
    "History",
    "Link",
    "Look",
    "Person",
    "SensitiveNote",
    "StateChange",
    "User",
    "UserManager",
]
