"""Tables of matching: who works with whom, the match, its agreement and plan, each visit."""

from matching.models.agreement import Agreement, AgreementText, PersonalGoal
from matching.models.connection import Connection
from matching.models.match import Match, PairingRun
from matching.models.plan import Pause, Review, Segment, VisitPlan
from matching.models.visit import Visit

__all__ = [
    "Agreement",
    "AgreementText",
    "Connection",
    "Match",
    "PairingRun",
    "Pause",
    "PersonalGoal",
    "Review",
    "Segment",
    "Visit",
    "VisitPlan",
]
