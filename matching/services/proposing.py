"""Proposals are made: for everybody who waits at once, or for one chosen pair. Places are counted after locking."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from time import perf_counter

import numpy as np
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from matching.choices import MatchStatus, RunStatus
from matching.models import Match, PairingRun
from matching.pairing import failures, find_candidates, rows_for
from matching.pairing.columns import FULL_WEIGHT
from matching.pairing.stored import digest_of
from matching.services.answering import subject_of
from matching.services.pools import load, loads_of, places_of
from matching.services.ruling import rules_of
from matching.services.running import fill
from matching.services.searching import BY_THE_DAY, Found, Pairing, find_pairs, reasons_for, waiting_list
from matching.services.suggesting import candidates_for
from matching.services.wording import REFUSED, reason_sentences
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.notices.choices import Kind
from peerhub.notices.services import compose, write_all
from peerhub.people.choices import ConsentPurpose
from peerhub.people.consent import require
from peerhub.people.services import record_changes
from programmes.models import Programme
from recruitment.models import Participant, PeerSupporter

__all__ = [
    "candidates_for",
    "find_pairs",
    "propose_pair",
    "propose_pairs",
    "propose_run",
    "reason_sentences",
    "waiting_list",
]


@transaction.atomic
def propose_pairs(
    *, programme: Programme, by: Member | None, now: datetime, fingerprint: str = ""
) -> tuple[Pairing, PairingRun]:
    """Propose the best set of pairs; each peer supporter is told that there is a proposal, without a name.

    With the ``fingerprint`` of a search that somebody looked at, raises Refused when the people, wishes or places have
    changed since, so that nothing is proposed that nobody has seen. The run is kept.
    """
    pairing = find_pairs(programme=programme, now=now)
    if fingerprint and fingerprint != pairing.fingerprint:
        raise Refused(_("Something has changed since this search. Nothing was proposed; please search again."))
    began = perf_counter()
    made = _propose(programme, pairing.matched, by=by, now=now)
    pairing.made = len(made)
    run = PairingRun(programme=programme, ran_by_id=by.person_id if by else None)
    fill(run, pairing)
    pairing.seconds["store"] = round(perf_counter() - began, 4)
    run.save(force_insert=True)
    return pairing, run


@transaction.atomic
def propose_run(
    run: PairingRun, *, by: Member | None, now: datetime, participants: Collection[int] | None = None
) -> list[Match]:
    """Propose what a kept search found, or of it only for these participants. Returns the proposals that were made.

    Raises Refused when the search is not done, or people, wishes, places or rules have changed since. A pair whose last
    place went to somebody else in this moment is left out.
    """
    programme = run.programme
    if run.status != RunStatus.DONE:
        raise Refused(_("This search is not done yet."))
    pool = load(programme, local_date(now, programme.timezone))
    if digest_of(pool, but=BY_THE_DAY) != run.result.get("fingerprint"):
        raise Refused(_("Something has changed since this search. Nothing was proposed; please search again."))
    reasons = run.result.get("reasons", {})
    pairs = [
        Found(participant, supporter, score, reasons.get(str(participant), []))
        for participant, supporter, score in run.result["matched"]
        if participants is None or participant in participants
    ]
    made = _propose(programme, pairs, by=by, now=now)
    run.result["made"] = run.result.get("made", 0) + len(made)
    run.save(update_fields=["result"])
    return made


@transaction.atomic
def propose_pair(
    *, programme: Programme, participant: Participant, supporter: PeerSupporter, by: Member | None, now: datetime
) -> Match:
    """Propose one chosen pair. What must hold is looked at again, on the locked rows. Raises Refused otherwise.

    Languages, times and distance may be set aside by locking the pair first, with a reason (``mark_pair``).
    """
    _lock(programme, [supporter.pk], [participant.pk])
    today = local_date(now, programme.timezone)
    if not Participant.objects.filter(pk=participant.pk).with_open_file(today).exists():
        require(participant.person_id, ConsentPurpose.SUPPORT, today=today)
    pool = load(programme, today, only=participant.pk)
    if not len(pool.participants):
        raise Refused(_("This participant has a match or an open proposal already, or does not wait any more."))
    rows = rows_for(pool, 0)
    place = rows[pool.supporters.keys[rows] == supporter.pk]
    if not len(place):
        raise Refused(_("This peer supporter is not active now, or has no valid certificate."))
    for code, failed in failures(pool, place, np.zeros(1, dtype=np.int64)).items():
        if failed[0]:
            raise Refused(str(REFUSED[code]))
    found = find_candidates(pool)
    score = int(found.fit[found.supporter == place[0]][0])
    pair = Found(participant.pk, supporter.pk, score, reasons_for(pool, place, np.zeros(1, dtype=np.int64))[0])
    made = _propose(programme, [pair], by=by, now=now)
    if not made:
        raise Refused(_("This participant has a match or an open proposal already, or does not wait any more."))
    return made[0]


def _propose(programme: Programme, pairs: list[Found], *, by: Member | None, now: datetime) -> list[Match]:
    """Make the proposals that still can be made, write each down and tell the peer supporters."""
    supporters, participants = _lock(
        programme, [pair.supporter for pair in pairs], [pair.participant for pair in pairs]
    )
    today = local_date(now, programme.timezone)
    still = _still_possible(programme, pairs, supporters, participants)
    made = _insert([_match(programme, pair, supporters, participants, today) for pair in still])
    record_changes(made, before="", after=MatchStatus.PROPOSED, by=by, now=now)
    write_all(
        compose(
            kind=Kind.PROPOSAL,
            recipient=supporters[match.supporter_id].person,
            subject=subject_of(match),
            period=str(today),
            link=reverse("matching:proposal", args=[programme.slug, match.pk]),
            now=now,
        )
        for match in made
    )
    return made


def _lock(
    programme: Programme, supporters: Iterable[int], participants: Iterable[int]
) -> tuple[dict[int, PeerSupporter], dict[int, Participant]]:
    """Hold these rows until the end, always in the same order, so that two who propose at once wait for each other."""
    ours = PeerSupporter.objects.active().filter(programme=programme, pk__in=list(supporters)).order_by("pk")
    theirs = Participant.objects.waiting().filter(programme=programme, pk__in=list(participants)).order_by("pk")
    held = {one.pk: one for one in ours.select_related("person").select_for_update(of=("self",))}
    return held, {one.pk: one for one in theirs.select_for_update()}


def _still_possible(
    programme: Programme,
    pairs: list[Found],
    supporters: dict[int, PeerSupporter],
    participants: dict[int, Participant],
) -> list[Found]:
    """Count places again, now that nobody else can take one; drop pairs whose people have found others since."""
    live = Match.objects.live().filter(programme=programme)
    taken = {key: load for key, (_number, load) in loads_of(programme, rules_of(programme), supporters).items()}
    busy = set(live.filter(participant_id__in=participants).values_list("participant_id", flat=True))
    still = []
    for pair in pairs:
        supporter, participant = supporters.get(pair.supporter), participants.get(pair.participant)
        if supporter is None or participant is None or pair.participant in busy:
            continue
        key = (pair.supporter, participant.support_kind)
        load_now, places = taken.get(key, 0), _places(supporter, participant.support_kind, programme)
        if load_now + FULL_WEIGHT <= places * FULL_WEIGHT:
            taken[key] = load_now + FULL_WEIGHT
            still.append(pair)
    return still


def _places(supporter: PeerSupporter, kind: str, programme: Programme) -> int:
    if kind not in supporter.offers:
        return 0
    return places_of(
        kind,
        max_matches=supporter.max_matches,
        group=supporter.group_places,
        programme=programme,
    )


def _match(
    programme: Programme,
    pair: Found,
    supporters: dict[int, PeerSupporter],
    participants: dict[int, Participant],
    today: date,
) -> Match:
    return Match(
        programme=programme,
        kind=participants[pair.participant].support_kind,
        participant_id=pair.participant,
        supporter_id=pair.supporter,
        participant_person_id=participants[pair.participant].person_id,
        supporter_person_id=supporters[pair.supporter].person_id,
        score=pair.score,
        reasons=pair.reasons,
        proposed_on=today,
    )


def _insert(rows: list[Match]) -> list[Match]:
    """Store the proposals; where the database says that a participant has a match already, leave that one out."""
    try:
        with transaction.atomic():
            return Match.objects.bulk_create(rows)
    except IntegrityError:
        return [row for row in rows if _inserted(row)]


def _inserted(row: Match) -> bool:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True
