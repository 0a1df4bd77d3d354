"""Tables of matching: who works with whom, the search for pairs, the match and its year, visits, work and help."""

from matching.models.agreement import Agreement, AgreementText, PersonalGoal
from matching.models.connection import Connection
from matching.models.help import HelpRequest
from matching.models.match import Match
from matching.models.plan import Pause, Review, Segment, VisitPlan
from matching.models.search import MatchingRules, PairingRun, PairMark
from matching.models.visit import Visit
from matching.models.work import Work

__all__ = [
    "Agreement",
    "AgreementText",
    "Connection",
    "HelpRequest",
    "Match",
    "MatchingRules",
    "PairMark",
    "PairingRun",
    "Pause",
    "PersonalGoal",
    "Review",
    "Segment",
    "Visit",
    "VisitPlan",
    "Work",
]
