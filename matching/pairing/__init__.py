"""Who fits whom: the possible pairs, how well each fits, the best set of pairs, and why. Pure numpy and OR-Tools.

``columns`` what is known of both sides and the programme's rules · ``travel`` minutes between places · ``rules`` what
must hold · ``fit`` how good a pair is · ``best`` the best set of pairs · ``proof`` that it is the best · ``why``
reasons for a pair, and for nobody being found · ``tally`` the same for everybody at once · ``whatif`` what one change,
or one more peer supporter, would bring · ``cost`` what one person's own best costs the others · ``stored`` a pool as
bytes. What is not known never rules a pair out: the pair stays possible, fits a little less, and the unknown is named.
"""

from matching.pairing.best import Solution, TooLarge, solve
from matching.pairing.columns import WEIGHTS, Candidates, Ints, Participants, Pool, Rules, Supporters
from matching.pairing.fit import fit_of
from matching.pairing.rules import HARD, OVERRIDABLE, failures, find_candidates, minutes_between
from matching.pairing.why import Exclusions, Reason, exclusions, explain, explain_all, rows_for

__all__ = [
    "HARD",
    "OVERRIDABLE",
    "WEIGHTS",
    "Candidates",
    "Exclusions",
    "Ints",
    "Participants",
    "Pool",
    "Reason",
    "Rules",
    "Solution",
    "Supporters",
    "TooLarge",
    "exclusions",
    "explain",
    "explain_all",
    "failures",
    "find_candidates",
    "fit_of",
    "minutes_between",
    "rows_for",
    "solve",
]
