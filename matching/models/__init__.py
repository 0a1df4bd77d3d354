"""Tables of matching: the match and its plan, each visit, and who steps in for whom."""

from matching.models.cover import Cover, Deputy
from matching.models.match import Match, PairingRun
from matching.models.plan import Extension, Pause, Review, Segment, SweepMark, VisitPlan, rules_of
from matching.models.visit import Visit

__all__ = [
    "Cover",
    "Deputy",
    "Extension",
    "Match",
    "PairingRun",
    "Pause",
    "Review",
    "Segment",
    "SweepMark",
    "Visit",
    "VisitPlan",
    "rules_of",
]
