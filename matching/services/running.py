"""Searches that are kept: asked for, run by the worker with its progress in the row, repeated from what went in."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from time import perf_counter
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from matching.choices import RunStatus, RunStep
from matching.models import MatchingRules, PairingRun
from matching.pairing import Pool
from matching.pairing.stored import code_version, pack, unpack
from matching.querysets import MOST_ATTEMPTS
from matching.services.advising import add_advice
from matching.services.pools import load, load_places
from matching.services.ruling import rules_of, rules_with
from matching.services.searching import Clock, Pairing, find_pairs, search
from matching.services.trying import effect_of
from peerhub.lib import walls
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.people.services import record_change
from programmes.models import Programme
from recruitment.models import Participant

logger = logging.getLogger(__name__)
SEARCH_TASK = "matching.tasks.search_pending"
LEASE = timedelta(minutes=10)
# What a search that is done writes into its row.
FOUND = (
    *("status", "step", "progress", "error", "leased_until", "total", "optimal", "result", "rules_version"),
    *("code_version", "seed", "inputs_hash", "inputs"),
)
QUICK = 3000  # so many who wait are searched while somebody looks on; more are left to the worker


def is_quick(programme: Programme) -> bool:
    """Whether a search takes about a second, so that a page can wait for it (``search_pairs``, else ``ask_search``)."""
    return Participant.objects.waiting().filter(programme=programme).count() <= QUICK


@transaction.atomic
def search_pairs(*, programme: Programme, by: Member | None, now: datetime) -> PairingRun:
    """Search at once and keep what was found, with what went in. Nothing is proposed; see ``propose_run``."""
    pairing = find_pairs(programme=programme, now=now)
    began = perf_counter()
    run = PairingRun(programme=programme, ran_by_id=by.person_id if by else None)
    fill(run, pairing)
    pairing.seconds["store"] = round(perf_counter() - began, 4)
    run.save(force_insert=True)
    record_change(run, before="", after=RunStatus.DONE, by=by, now=now)
    return run


@transaction.atomic
def ask_search(
    *, programme: Programme, by: Member | None, now: datetime, wants: Mapping[str, Any] | None = None
) -> PairingRun:
    """Ask the worker for a search. The row says how far it is (``status``, ``step``, ``progress``).

    ``wants`` asks for more than pairs: ``{"advice": True}`` for what would help, ``{"effect": rules}`` for what these
    rules (arguments of ``set_rules``) would change; it is kept, and answered in ``result``. Raises Refused while a
    search of this programme waits or runs.
    """
    Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
    if PairingRun.objects.to_do(now).filter(programme=programme).exists() or (
        PairingRun.objects.filter(programme=programme, status=RunStatus.RUNNING, leased_until__gte=now).exists()
    ):
        raise Refused(_("A search is running already. It will be here in a moment."))
    run = PairingRun.objects.create(
        programme=programme,
        ran_by_id=by.person_id if by else None,
        status=RunStatus.ASKED,
        step=RunStep.LOAD,
        progress=0,
        result={"wants": dict(wants)} if wants else {},
    )
    record_change(run, before="", after=RunStatus.ASKED, by=by, now=now)
    transaction.on_commit(_wake_the_worker, robust=True)
    return run


def _wake_the_worker() -> None:
    """Do not wait for the next minute; without a broker the worker finds the row by itself later."""
    current_app.send_task(SEARCH_TASK, retry=False)


def run_search(run: PairingRun, *, now: datetime) -> PairingRun:
    """Do a search that was asked for: take the row for some minutes, read, search, keep.

    Several short transactions, so that everybody sees how far it is and nothing stays locked meanwhile. A worker that
    dies loses only its lease; three tries in all. Raises Refused when the search is done or somebody is at work on it.
    """
    with _at_work(run):
        attempt = _take(run, now=now)
    try:
        pairing = _searched(run, attempt=attempt, now=now)
    except Exception as error:  # whatever went wrong, the row must remember it
        logger.exception("search %s failed", run.pk)
        with _at_work(run):
            _failed(run, attempt=attempt, error=error)
    else:
        with _at_work(run):
            _keep(run, pairing, attempt=attempt)
    return run


def _searched(run: PairingRun, *, attempt: int, now: datetime) -> Pairing:
    def tell(step: str, percent: int) -> None:
        with _at_work(run):
            PairingRun.objects.filter(pk=run.pk, attempts=attempt).update(step=step, progress=percent)

    clock = Clock(tell)
    with _at_work(run):
        programme = Programme.objects.get(pk=run.programme_id)
        rules = rules_of(programme)
        today = local_date(now, programme.timezone)
        wants = PairingRun.objects.values_list("result", flat=True).get(pk=run.pk).get("wants", {})

    def read() -> Pool:
        with _at_work(run):
            return load(programme, today, rules=rules)

    pool: Pool = clock.time("load", read, step=RunStep.LOAD, percent=5)
    pairing = search(pool, clock, rules_version=rules.version)
    if wants:
        pairing.beside["wants"] = wants
    if wants.get("advice"):
        with _at_work(run):
            places = load_places(programme)
        add_advice(
            pairing,
            places,
            most=programme.max_matches,
            tell=lambda done: tell(RunStep.EXPLAIN, 80 + int(10 * done)),
        )
    if wants.get("effect"):
        with _at_work(run):
            pairing.beside["effect"] = _effect(programme, pool, rules, wants["effect"], today)
    tell(RunStep.STORE, 90)
    return pairing


def _effect(
    programme: Programme, pool: Pool, rules: MatchingRules, asked: Mapping[str, Any], today: date
) -> dict[str, Any]:
    """What the rules that somebody tries would change; nothing when they have become the rules meanwhile."""
    try:
        after = rules_with(rules, **asked)
    except Refused:
        return {}
    return effect_of(programme, pool, after, today=today, caseload=rules.caseload).as_dict()


def _at_work(run: PairingRun) -> Any:
    """One transaction that sees the run's programme and nothing else."""
    return walls.inside(run.programme_id, deed="run_search")


@transaction.atomic
def _take(run: PairingRun, *, now: datetime) -> int:
    """Take the lease and count the attempt; its number fences off a worker that comes back from the dead."""
    free = PairingRun.objects.to_do(now).filter(pk=run.pk)
    if not free.update(leased_until=now + LEASE, attempts=F("attempts") + 1, status=RunStatus.RUNNING):
        raise Refused(_("This search is done, or it is running now."))
    run.refresh_from_db()
    return run.attempts


@transaction.atomic
def _keep(run: PairingRun, pairing: Pairing, *, attempt: int) -> None:
    began = perf_counter()
    mine = PairingRun.objects.select_for_update().filter(pk=run.pk, attempts=attempt)
    if not mine.values_list("pk", flat=True).first():
        run.refresh_from_db()
        return
    fill(run, pairing)
    pairing.seconds["store"] = round(perf_counter() - began, 4)
    run.result["seconds"] = pairing.seconds
    run.save(update_fields=FOUND)


@transaction.atomic
def _failed(run: PairingRun, *, attempt: int, error: Exception) -> None:
    last = attempt >= MOST_ATTEMPTS
    PairingRun.objects.filter(pk=run.pk, attempts=attempt).update(
        status=RunStatus.FAILED if last else RunStatus.ASKED,
        leased_until=None,
        error=type(error).__name__[:300],
    )
    run.refresh_from_db()


@transaction.atomic
def end_searches(*, now: datetime) -> int:
    """Mark as failed what no worker will try again, so that a page that waits for it says so. Returns how many."""
    with walls.everywhere(deed="search_pending"):
        lost = PairingRun.objects.given_up(now)
        return lost.update(status=RunStatus.FAILED, leased_until=None, error="the worker stopped each time")


def fill(run: PairingRun, pairing: Pairing) -> None:
    """Write into the row what was found and everything that is needed to find it again."""
    run.status, run.step, run.progress, run.error, run.leased_until = RunStatus.DONE, RunStep.STORE, 100, "", None
    run.total, run.optimal, run.result = pairing.total, pairing.optimal, pairing.as_result()
    run.rules_version, run.code_version, run.seed = pairing.rules_version, code_version(), pairing.seed
    run.inputs_hash, run.inputs = pairing.inputs_hash, pack(pairing.pool)


def repeat_search(run: PairingRun) -> Pairing:
    """Search again from what was kept: the same pairs, as long as the code is the same (``run.code_version``).

    Raises Refused when nothing was kept, or what was kept is not what went in.
    """
    if not run.inputs:
        raise Refused(_("What went into this search was not kept."))
    changed = _("What was kept of this search has been changed since.")
    try:
        pool = unpack(bytes(run.inputs))
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise Refused(changed) from error
    pairing = search(pool, Clock(), rules_version=run.rules_version, seed=run.seed)
    if pairing.inputs_hash != run.inputs_hash:
        raise Refused(changed)
    return pairing
