"""Who fits whom: the possible pairs, how well each fits, the best set of pairs, and why. Pure numpy and OR-Tools.

``columns`` what is known of both sides · ``rules`` what must hold · ``fit`` how good a pair is · ``best`` the best set
of pairs · ``why`` reasons for a pair, and for nobody being found. What is not known never rules a pair out: the pair
stays possible, fits a little less, and the unknown is named.
"""

from matching.pairing.best import Solution, solve
from matching.pairing.columns import Candidates, Ints, Participants, Pool, Supporters
from matching.pairing.fit import WEIGHTS, fit_of
from matching.pairing.rules import HARD, failures, find_candidates, minutes_between
from matching.pairing.why import Exclusions, Reason, exclusions, explain, explain_all

__all__ = [
    "HARD",
    "WEIGHTS",
    "Candidates",
    "Exclusions",
    "Ints",
    "Participants",
    "Pool",
    "Reason",
    "Solution",
    "Supporters",
    "exclusions",
    "explain",
    "explain_all",
    "failures",
    "find_candidates",
    "fit_of",
    "minutes_between",
    "solve",
]
