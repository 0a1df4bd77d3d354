"""Tables of people: log-ins, people, their consents, what was done and looked at, drafts, links, sensitive notes."""

from peerhub.people.models.consent import Consent, ConsentText, LegalRepresentative
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
    "Consent",
    "ConsentText",
    "Draft",
    "History",
    "LegalRepresentative",
    "Link",
    "Look",
    "Person",
    "SensitiveNote",
    "StateChange",
    "User",
    "UserManager",
]
