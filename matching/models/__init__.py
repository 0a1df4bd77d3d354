"""Tables of matching: the match and its plan, each visit."""

from matching.models.match import Match, PairingRun
from matching.models.plan import Pause, Review, Segment, VisitPlan
from matching.models.visit import Visit

__all__ = ["Match", "PairingRun", "Pause", "Review", "Segment", "Visit", "VisitPlan"]
