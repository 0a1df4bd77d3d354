"""Tables of matching: the search for pairs and its rules, the match and its plan, each visit, who steps in for whom."""

from matching.models.cover import Cover, Deputy
from matching.models.match import Match
from matching.models.plan import Extension, Pause, Review, Segment, SweepMark, VisitPlan, rules_of
from matching.models.search import MatchingRules, PairingRun, PairMark
from matching.models.visit import Visit

__all__ = [
    "Cover",
    "Deputy",
    "Extension",
    "Match",
    "MatchingRules",
    "PairMark",
    "PairingRun",
    "Pause",
    "Review",
    "Segment",
    "SweepMark",
    "Visit",
    "VisitPlan",
    "rules_of",
]
