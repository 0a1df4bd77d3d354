"""Tables of people: log-ins, people, their consents, what was done and looked at, drafts, one-time links."""

from peerhub.people.models.consent import Consent, ConsentText, LegalRepresentative
from peerhub.people.models.draft import MOST_TYPED, Draft
from peerhub.people.models.history import History, Look, StateChange
from peerhub.people.models.link import Link
from peerhub.people.models.login import User, UserManager
from peerhub.people.models.person import Person

__all__ = [
    "MOST_TYPED",
    "Consent",
    "ConsentText",
    "Draft",
    "History",
    "LegalRepresentative",
    "Link",
    "Look",
    "Person",
    "StateChange",
    "User",
    "UserManager",
]
