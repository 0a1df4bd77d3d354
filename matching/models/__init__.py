"""Tables of matching: who works with whom, the search for pairs, the match and its year, visits, help, who steps in."""

from matching.models.agreement import Agreement, AgreementText, PersonalGoal
from matching.models.connection import Connection
from matching.models.cover import Cover, Deputy
from matching.models.help import HelpRequest
from matching.models.match import Match
from matching.models.plan import Extension, Pause, Review, Segment, SweepMark, VisitPlan, rules_of
from matching.models.search import MatchingRules, PairingRun, PairMark
from matching.models.visit import Visit
from matching.models.work import Work

__all__ = [
    "Agreement",
    "AgreementText",
    "Connection",
    "Cover",
    "Deputy",
    "Extension",
    "HelpRequest",
    "Match",
    "MatchingRules",
    "PairMark",
    "PairingRun",
    "Pause",
    "PersonalGoal",
    "Review",
    "Segment",
    "SweepMark",
    "Visit",
    "VisitPlan",
    "Work",
    "rules_of",
]
