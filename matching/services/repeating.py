"""A search that was kept, made once more from what went in: are the pairs the same?"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

from django.utils.translation import gettext as _

from matching.choices import RunStatus
from matching.models import PairingRun
from matching.pairing.stored import code_version
from matching.services.running import QUICK, repeat_search
from peerhub.lib.errors import Refused

COMPARED = ("matched", "unmatched", "reasons")


@dataclass(frozen=True)
class Repeated:
    """``pairs`` were found again, ``others`` of those that are kept were not; ``same``: with reasons and all.

    ``same_code``: the same version of peerhub and of the libraries it counts with. Other versions may draw other lots
    between sets that are equally good; ``optimal`` says that both are the best.
    """

    pairs: int
    others: int
    same: bool
    same_code: bool
    optimal: bool
    seconds: float


def is_quick_again(run: PairingRun) -> bool:
    """Whether so few waited that a page can search again while somebody looks on."""
    return len(run.result.get("matched", ())) + len(run.result.get("unmatched", ())) <= QUICK


def search_again(run: PairingRun) -> Repeated:
    """Search from what was kept and compare; nothing is written. Raises Refused where there is nothing to compare."""
    if run.status != RunStatus.DONE:
        raise Refused(_("This search is not done yet."))
    began = perf_counter()
    pairing = repeat_search(run)
    found = pairing.as_result()
    before = {tuple(pair) for pair in run.result.get("matched", ())}
    now = {tuple(pair) for pair in found["matched"]}
    as_good = (pairing.total, pairing.waited) == (run.total, run.result.get("waited"))
    return Repeated(
        pairs=len(before & now),
        others=len(before - now),
        same=pairing.total == run.total and all(found[name] == run.result.get(name) for name in COMPARED),
        same_code=run.code_version == code_version(),
        optimal=run.optimal and pairing.optimal and as_good,
        seconds=round(perf_counter() - began, 2),
    )
