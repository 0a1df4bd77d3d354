"""Tables of matching: the search for pairs and its rules, the match and its plan, each visit."""

from matching.models.match import Match
from matching.models.plan import Pause, Review, Segment, VisitPlan
from matching.models.search import MatchingRules, PairingRun, PairMark
from matching.models.visit import Visit

__all__ = ["Match", "MatchingRules", "PairMark", "PairingRun", "Pause", "Review", "Segment", "Visit", "VisitPlan"]
