"""Tables of matching: the match and its plan, each visit, work beside visits, what peer supporters ask for."""

from matching.models.help import HelpRequest
from matching.models.match import Match, PairingRun
from matching.models.plan import Pause, Review, Segment, VisitPlan
from matching.models.visit import Visit
from matching.models.work import Work

__all__ = [
    "HelpRequest",
    "Match",
    "PairingRun",
    "Pause",
    "Review",
    "Segment",
    "Visit",
    "VisitPlan",
    "Work",
]
