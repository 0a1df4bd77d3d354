"""Proposals are made: for everybody who waits at once, or for one chosen pair. Places are counted after locking."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from time import perf_counter

import numpy as np
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from matching.choices import MatchStatus, RunStatus
from matching.models import Match, PairingRun
from matching.pairing import Pool, failures, fit_of, minutes_between, rows_for
from matching.pairing.columns import FULL_WEIGHT
from matching.pairing.stored import digest_of
from matching.services.answering import subject_of
from matching.services.contending import Lost, Pair, contend
from matching.services.looking import waiting_list
from matching.services.places import has_place, loads_of
from matching.services.pools import load
from matching.services.ruling import rules_of
from matching.services.running import fill
from matching.services.searching import BY_THE_DAY, Found, Pairing, find_pairs, reasons_for
from matching.services.suggesting import candidates_for
from matching.services.wording import REFUSED, reason_sentences
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.notices.choices import Kind
from peerhub.notices.models import Notice
from peerhub.notices.services import compose, write_all
from peerhub.people.choices import ConsentPurpose
from peerhub.people.consent import require
from peerhub.people.models import Person
from peerhub.people.services import record_changes
from programmes.models import Programme
from recruitment.models import Participant, PeerSupporter

__all__ = [
    "asking_letter",
    "candidates_for",
    "find_pairs",
    "look_at_pairs",
    "propose_chosen",
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


@dataclass(frozen=True)
class Outcome:
    """What became of a pair that was to be proposed: the proposal, or a sentence that says why there is none."""

    participant: int
    supporter: int
    match: Match | None
    why_not: str = ""
    lost: Lost | None = None  # where others of the same list go first


@transaction.atomic
def propose_pair(
    *, programme: Programme, participant: Participant, supporter: PeerSupporter, by: Member | None, now: datetime
) -> Match:
    """Propose one chosen pair. What must hold is looked at again, on the locked rows. Raises Refused otherwise.

    Languages, times and distance may be set aside by locking the pair first, with a reason (``mark_pair``).
    """
    done = propose_chosen(programme=programme, pairs=[(participant.pk, supporter.pk)], by=by, now=now)[0]
    if done.match is None:
        raise Refused(done.why_not)
    return done.match


@transaction.atomic
def propose_chosen(*, programme: Programme, pairs: Sequence[Pair], by: Member | None, now: datetime) -> list[Outcome]:
    """Propose these pairs (participant, peer supporter), each by itself, and say of each what became of it.

    What must hold is looked at again on the locked rows, so that a pair that somebody else was quicker with, or that
    does not fit any more, is left out with its reason and the others are made. Where two of the list want one place,
    whoever has waited longer goes first. Done twice, nothing is made twice.
    """
    supporters, _participants = _lock(programme, [ours for _who, ours in pairs], [theirs for theirs, _who in pairs])
    today = local_date(now, programme.timezone)
    pool = _pool_of(programme, pairs, today)
    looked = _look(programme, pool, pairs, set(supporters), today)
    sound = [pair for pair in pairs if not looked.why_not[pair] and pair not in looked.lost]
    made = {match.participant_id: match for match in _propose(programme, _found(pool, sound), by=by, now=now)}
    outcomes = []
    for theirs, ours in pairs:
        match = made.get(theirs)
        mine = match if match and match.supporter_id == ours else None
        reason = "" if mine else looked.why_not[theirs, ours] or _overtaken(programme, (theirs, ours))
        outcomes.append(Outcome(theirs, ours, mine, reason, looked.lost.get((theirs, ours))))
    return outcomes


@dataclass(frozen=True)
class Looked:
    """For each pair why it cannot be proposed now (empty for one that can); and those that others go before."""

    why_not: dict[Pair, str]
    lost: dict[Pair, Lost]


def look_at_pairs(*, programme: Programme, pairs: Sequence[Pair], today: date) -> Looked:
    """What ``propose_chosen`` looks at again, without holding a row: for the page before it."""
    ours = PeerSupporter.objects.active().filter(programme=programme, pk__in=[ours for _who, ours in pairs])
    active = set(ours.values_list("pk", flat=True))
    return _look(programme, _pool_of(programme, pairs, today), pairs, active, today)


def _pool_of(programme: Programme, pairs: Sequence[Pair], today: date) -> Pool:
    return load(programme, today, only=pairs[0][0] if len(pairs) == 1 else None)


def _look(programme: Programme, pool: Pool, pairs: Sequence[Pair], active: Collection[int], today: date) -> Looked:
    closed = _closed_files({theirs for theirs, _who in pairs}, today)
    why_not = {pair: closed.get(pair[0]) or _refusal(programme, pool, pair, active) for pair in pairs}
    places = [(pair, *_positions(pool, pair)) for pair in pairs if not why_not[pair]]
    known = [(pair, theirs, ours) for pair, theirs, ours in places if theirs is not None and ours is not None]
    return Looked(why_not, contend(pool, known))


def _closed_files(participants: Collection[int], today: date) -> dict[int, str]:
    """Who of these has said no yes to a file, with the sentence that says so."""
    opened = Participant.objects.filter(pk__in=participants).with_open_file(today)
    closed = Participant.objects.filter(pk__in=participants).exclude(pk__in=opened.values("pk"))
    found = {}
    for key, person in closed.values_list("pk", "person_id"):
        try:
            require(person, ConsentPurpose.SUPPORT, today=today)
        except Refused as refusal:
            found[key] = str(refusal)
    return found


def _refusal(programme: Programme, pool: Pool, pair: Pair, active: Collection[int]) -> str:
    """Why this pair cannot be proposed now; empty when it can."""
    theirs, ours = _positions(pool, pair)
    if theirs is None:
        return _overtaken(programme, pair)
    if ours is None or pair[1] not in active:
        return _("This peer supporter is not active now, or has no valid certificate.")
    fails = failures(pool, np.array([ours]), np.array([theirs]))
    return next((str(REFUSED[code]) for code, failed in fails.items() if failed[0]), "")


def _positions(pool: Pool, pair: Pair) -> tuple[int | None, int | None]:
    """Where the two stand in the pool: the participant, and what the peer supporter offers of what is asked for."""
    theirs = np.flatnonzero(pool.participants.keys == pair[0])
    if not len(theirs):
        return None, None
    rows = rows_for(pool, int(theirs[0]))
    ours = rows[pool.supporters.keys[rows] == pair[1]]
    return int(theirs[0]), int(ours[0]) if len(ours) else None


def _found(pool: Pool, pairs: Sequence[Pair]) -> list[Found]:
    """The pairs with their fit and reasons."""
    places = [_positions(pool, pair) for pair in pairs]
    theirs = np.array([one for one, _ours in places], dtype=np.int64)
    ours = np.array([one for _theirs, one in places], dtype=np.int64)
    fits = fit_of(pool, ours, theirs, minutes_between(pool, ours, theirs)).tolist()
    reasons = reasons_for(pool, ours, theirs)
    return [Found(*pair, fit, why) for pair, fit, why in zip(pairs, fits, reasons, strict=True)]


def _overtaken(programme: Programme, pair: Pair) -> str:
    """What happened in between to a pair that could be proposed a moment ago."""
    live = Match.objects.live().filter(programme=programme, participant_id=pair[0]).first()
    if live and live.supporter_id == pair[1] and live.status == MatchStatus.PROPOSED:
        return _("This proposal is made already, and the peer supporter has her message. Nothing was made twice.")
    if live or not Participant.objects.waiting().filter(programme=programme, pk=pair[0]).exists():
        return _("This participant has a match or an open proposal already, or does not wait any more.")
    return str(REFUSED["full"])


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
        asking_letter(supporters[one.supporter_id].person, programme, match=one, today=today, now=now) for one in made
    )
    return made


def asking_letter(
    person: Person, programme: Programme, *, today: date, now: datetime, match: Match | None = None
) -> Notice:
    """The message in which a peer supporter is asked; without a ``match`` as it would be, to be looked at first."""
    return compose(
        kind=Kind.PROPOSAL,
        recipient=person,
        subject=subject_of(match) if match else "",
        period=str(today),
        link=reverse("matching:proposal", args=[programme.slug, match.pk if match else 0]),
        now=now,
    )


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
        if has_place(supporter, participant.support_kind, load=taken.get(key, 0), programme=programme):
            taken[key] = taken.get(key, 0) + FULL_WEIGHT
            still.append(pair)
            busy.add(pair.participant)
    return still


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
