"""Tables of matching: the search for pairs and its rules, the match and its plan, each visit, work and help."""

from matching.models.help import HelpRequest
from matching.models.match import Match
from matching.models.plan import Pause, Review, Segment, VisitPlan
from matching.models.search import MatchingRules, PairingRun, PairMark
from matching.models.visit import Visit
from matching.models.work import Work

__all__ = [
    "HelpRequest",
    "Match",
    "MatchingRules",
    "PairMark",
    "PairingRun",
    "Pause",
    "Review",
    "Segment",
    "Visit",
    "VisitPlan",
    "Work",
]
