"""The second step before a proposal: exactly who will receive which message, by which way, and what comes then."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.http import Http404, QueryDict
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from matching.contended import goes_first, words_for
from matching.meanwhile import meanwhile
from matching.services.proposing import Outcome, asking_letter, look_at_pairs
from matching.whence import PERSON, board_url, carried, person_url, sent_with
from peerhub.lib.moments import moment
from peerhub.notices.choices import Channel
from peerhub.notices.services import Preview, previews
from programmes.access import MemberRequest
from recruitment.models import Participant, PeerSupporter

MOST_PAIRS = 50
PAIR = re.compile(r"(\d{1,18})-(\d{1,18})", re.ASCII)

Pair = tuple[Participant, PeerSupporter]


def pairs_in(request: MemberRequest, sent: QueryDict) -> list[Pair]:
    """The pairs that are asked for, in their order; 404 when somebody of them is not of this programme."""
    asked = [found.groups() for one in dict.fromkeys(sent.getlist("pair")) if (found := PAIR.fullmatch(one))]
    keys = [(int(theirs), int(ours)) for theirs, ours in asked[:MOST_PAIRS]]
    participants = Participant.objects.visible_to(request.member).select_related("person")
    supporters = PeerSupporter.objects.visible_to(request.member).select_related("person__user", "person__reach")
    theirs = participants.in_bulk([one for one, _other in keys])
    ours = supporters.in_bulk([one for _other, one in keys])
    if any(one not in theirs or other not in ours for one, other in keys):
        raise Http404
    return [(theirs[one], ours[other]) for one, other in keys]


def messages_for(request: MemberRequest, pairs: list[Pair], now: datetime) -> dict[str, Any]:
    """A row for each message, its words once for each language and way; and the pairs that cannot be proposed now."""
    keys = [(participant.pk, supporter.pk) for participant, supporter in pairs]
    looked = look_at_pairs(programme=request.programme, pairs=keys, today=request.today)
    why_not = {key: looked.why_not[key] or words_for(looked.lost.get(key), key, pairs) for key in keys}
    first = goes_first(looked.lost, pairs)
    sound = [pair for pair, key in zip(pairs, keys, strict=True) if not why_not[key]]
    notices = [asking_letter(one.person, request.programme, today=request.today, now=now) for _who, one in sound]
    rows: list[dict[str, Any]] = []
    letters: dict[tuple[str, str], dict[str, Any]] = {}
    for (participant, supporter), found in zip(sound, previews(notices, now=now), strict=True):
        rows.append({
            "value": f"{participant.pk}-{supporter.pk}",
            "participant": participant.person,
            "supporter": supporter.person,
            "first": first.get((participant.pk, supporter.pk), ""),
            "way": _way(found),
            "when": _when(found, request.programme.timezone),
            "reached": bool(found.channel),
        })  # fmt: skip
        if found.channel:
            code, way = found.letter.language, "digest" if found.in_digest else found.channel
            language = get_language_info(code)["name_local"]
            words = {"language": language, "code": code, "way": way, "letter": found.letter, "line": found.line}
            words |= {"readers": []}
            readers = letters.setdefault((code, way), words)["readers"]
            if supporter.person.full_name not in readers:
                readers.append(supporter.person.full_name)
    programme = request.programme
    return {
        "pairs": rows,
        "going": sum(row["reached"] for row in rows),
        "refused": [
            {"participant": participant.person, "supporter": supporter.person, "why_not": why_not[key]}
            for (participant, supporter), key in zip(pairs, keys, strict=True)
            if why_not[key]
        ],
        "letters": list(letters.values()),
        "days": programme.proposal_days,
        "reminder": programme.proposal_reminder_days,
        "carried": carried(request, **({PERSON: "1"} if from_person(request) else {})),
        "back_url": _back(request, pairs),
    }


def _way(found: Preview) -> str:
    """“by e-mail to ben@example.org”."""
    if not found.channel:
        return _("no way to reach her that is allowed and set up: tell her yourself")
    if found.in_digest:
        return _("in the letter of the day, by e-mail to %(address)s") % {"address": found.address}
    words = {
        Channel.EMAIL: _("by e-mail to %(address)s"),
        Channel.SMS: _("by text message to %(address)s"),
        Channel.PUSH: _("as a notification on her phone, without any detail"),
    }[Channel(found.channel)]
    return words % {"address": found.address} if found.address else words


def _when(found: Preview, timezone: str) -> str:
    """Within a minute, or when her own hours allow it."""
    if not found.channel:
        return _("not sent")
    return moment(found.at, timezone) if found.at else _("at once")


def from_person(request: MemberRequest) -> bool:
    """Whether this pair was chosen on somebody's page of candidates, and not ticked among the best pairs for all."""
    return PERSON in sent_with(request)


def _back(request: MemberRequest, pairs: list[Pair]) -> str:
    if len(pairs) == 1 and (from_person(request) or "run" not in request.GET):
        return person_url(request, pairs[0][0].pk)
    return board_url(request, [f"{participant.pk}-{supporter.pk}" for participant, supporter in pairs])


def became_of(request: MemberRequest, pairs: list[Pair], outcomes: list[Outcome]) -> dict[str, Any]:
    """Each pair with what became of it, for the page after the confirmation; the board then ticks what is left."""
    before = meanwhile(request, outcomes)
    rows = []
    for (participant, supporter), done in zip(pairs, outcomes, strict=True):
        key = (participant.pk, supporter.pk)
        why_not = words_for(done.lost, key, pairs) or " ".join(part for part in (done.why_not, before.get(key)) if part)
        rows.append({
            "participant": participant.person,
            "supporter": supporter.person,
            "match": done.match,
            "why_not": why_not,
            "candidates_url": person_url(request, participant.pk),
        })  # fmt: skip
    left = [f"{one.participant}-{one.supporter}" for one in outcomes if not one.match]
    return {"outcomes": rows, "made": len(outcomes) - len(left), "board_url": board_url(request, left)}
