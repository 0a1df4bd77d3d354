"""What a phone sends that waited for a connection: each entry is answered by itself, and nothing is dropped silently.

An entry was *stored*, or it is a *duplicate* of what was sent before; a *conflict* stands beside another version of the
same day, from which somebody chooses; or it is *refused* with the reason, and stays on the phone until it is mended or
thrown away there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from matching import services
from matching.choices import Outcome
from matching.forms.visits import MissedForm, SheetForm, VisitForm, WorkForm
from matching.models import Cover, Match, PersonalGoal, Visit
from matching.services.visiting import cover_is_over, told_worry, too_late
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from programmes.models import Programme

MOST = 50  # entries in one sending
LENGTH = re.compile(r"[1-9]\d?|[1-6]\d\d|7[01]\d|720")  # minutes; a habit may lie between the usual steps
WRONG_CLOCK = timedelta(hours=12)
STORED, DUPLICATE, CONFLICT, REFUSED = "stored", "duplicate", "conflict", "refused"
SAME = ("outcome", "minutes", "place", "request", "goals", "activities", "topics", "feeling", "note")


@dataclass(frozen=True)
class Sender:
    """Who sends, in which programme, when, and when it was by the clock of the phone."""

    member: Member
    programme: Programme
    now: datetime
    sent_at: datetime | None

    @property
    def clock_is_wrong(self) -> bool:
        """The phone lives in another day than we do; then the days it filled in cannot be believed."""
        return self.sent_at is not None and abs(self.sent_at - self.now) > WRONG_CLOCK

    @property
    def today(self) -> date:
        """Our day."""
        return local_date(self.now, self.programme.timezone)


def read(body: bytes) -> tuple[list[dict[str, Any]], datetime | None]:
    """The entries of a sending and the phone's clock. Raises BadRequest for anything that no phone of ours sends."""
    try:
        sent = json.loads(body)
        entries, clock = sent["entries"], sent.get("sent_at", "")
        good = len(entries) <= MOST and all(_is_entry(one) for one in entries)
        at = parse_datetime(clock) if clock else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadRequest from error
    if not good or (at is not None and at.tzinfo is None):
        raise BadRequest
    return entries, at


def _is_entry(one: Any) -> bool:
    fields = one["fields"]
    UUID(one["client_id"])
    return (
        isinstance(one["form"], str)
        and isinstance(one.get("match", 0), int)
        and all(
            isinstance(values, list) and all(isinstance(value, str) and "\0" not in value for value in values)
            for values in fields.values()
        )
    )


def answer(entry: Mapping[str, Any], sender: Sender) -> dict[str, Any]:
    """What became of one entry, with a sentence where somebody has to look at it."""
    own_id = entry["client_id"]
    try:
        return {"client_id": own_id, **_work(entry, sender)} if entry["form"] == "work" else {
            "client_id": own_id, **_visit(entry, sender)
        }  # fmt: skip
    except services.SameDay as refusal:
        return {"client_id": own_id, **_same_day(entry, sender, str(refusal))}
    except Refused as refusal:
        return {"client_id": own_id, "status": REFUSED, "reason": str(refusal)}


def _posted(entry: Mapping[str, Any]) -> QueryDict:
    posted = QueryDict(mutable=True)
    for name, values in entry["fields"].items():
        posted.setlist(name, values)
    posted["client_id"] = entry["client_id"]
    return posted


def _typed(entry: Mapping[str, Any], sender: Sender) -> tuple[date, datetime | None]:
    """When it was typed: the phone's word, unless its clock is wrong or it says a time to come."""
    at = parse_datetime(str(entry.get("typed_at", ""))[:40])
    if at is None or at.tzinfo is None or sender.clock_is_wrong or at > sender.now:
        return sender.today, None
    return local_date(at, sender.programme.timezone), at


def _cleaned(form: SheetForm) -> dict[str, Any]:
    if not form.is_valid():
        said = []
        for name, errors in form.errors.items():
            words = " ".join(str(error) for error in errors)
            said.append(f"{form.fields[name].label}: {words}" if name in form.fields else words)
        raise Refused(" ".join(said))
    return form.cleaned_data


def _visit(entry: Mapping[str, Any], sender: Sender) -> dict[str, Any]:
    closed = _stands_closed(entry, sender.member)
    if closed:
        return _sent_before(closed, entry, sender)
    match = _match_of(entry, sender.member, sender.now)
    if sender.clock_is_wrong and not entry.get("checked"):
        raise Refused(_("The clock of this phone is wrong. Look at the day, correct it if needed, and send again."))
    typed_on, typed_at = _typed(entry, sender)
    form = form_of(entry, match, member=sender.member, today=typed_on)
    fields = _cleaned(form)
    visit = services.log_shared_visit(
        match, by=sender.member, now=sender.now, typed_at=typed_at, **{"also": [], **fields}
    )
    if visit.recorded_at == sender.now:
        return {"status": STORED, "match": match.pk}
    if _stands(visit, fields):
        return {"status": DUPLICATE, "match": match.pk}
    return _conflict(visit, sender, _("This visit was sent before, in other words. Look at both and choose."))


def _stands(visit: Visit, fields: Mapping[str, Any]) -> bool:
    """Whether what was sent before says all that is sent now, or was withdrawn since."""
    withdrawn = visit.outcome == Outcome.WITHDRAWN
    if withdrawn and _has_new_worry(visit, fields):
        raise Refused(_("This visit was sent before and was withdrawn since. Write your worry with a new one."))
    return withdrawn or _is_the_same(visit, fields, also=("occurred_on", "why", "again_on"))


def _stands_closed(entry: Mapping[str, Any], member: Member) -> Visit | None:
    """What she sent before, where its pages are closed to her since: the match ended, or she no longer stands in."""
    hers = Visit.objects.own(member).filter(match__in=[entry.get("match", 0)], client_id=entry["client_id"])
    return hers.exclude(pk__in=Visit.objects.visible_to(member)).select_related("match").first()


def _sent_before(visit: Visit, entry: Mapping[str, Any], sender: Sender) -> dict[str, Any]:
    """It arrived and stands, however long ago the match ended. Other words go to whoever may still correct it."""
    typed_on, _typed_at = _typed(entry, sender)
    if _stands(visit, _cleaned(form_of(entry, visit.match, member=sender.member, today=typed_on))):
        return {"status": DUPLICATE, "match": visit.match_id}
    raise Refused(_("This visit was sent before, in other words. Ask your contact person to correct it."))


def _match_of(entry: Mapping[str, Any], member: Member, now: datetime) -> Match:
    match = Match.objects.to_log(member, now).filter(pk=entry.get("match", 0)).first()
    ended = None if match else Match.objects.ended_own(member).filter(pk=entry.get("match", 0)).first()
    if ended:
        raise Refused(too_late(ended))
    covers = Cover.objects.was_substitute(member).filter(match_id=entry.get("match", 0))
    cover = None if match else covers.order_by("-ends_on").first()
    if cover:
        raise Refused(cover_is_over(cover))
    if match is None:
        raise Refused(_("You do not visit this person any more, so it cannot be sent. Tell your contact person."))
    return match


def form_of(entry: Mapping[str, Any], match: Match, *, member: Member, today: date) -> SheetForm:
    """The sheet that the phone filled in, to be checked like any other."""
    if entry["form"] == "missed":
        return MissedForm(_posted(entry), today=today)
    others = Match.objects.own(member).visiting().exclude(pk=match.pk).values_list("pk", flat=True)
    minutes = entry["fields"].get("minutes", ["0"])[0:1]
    usual = int(minutes[0]) if minutes and LENGTH.fullmatch(minutes[0]) else 0
    # Numbers and no words: also a goal that was reached since it was typed, and those of a match that just ended.
    goals = [(one, str(one)) for one in PersonalGoal.objects.filter(match=match).values_list("number", flat=True)]
    return VisitForm(
        _posted(entry), today=today, others=[(one, "") for one in others], goals=goals, initial={"minutes": usual}
    )


def _work(entry: Mapping[str, Any], sender: Sender) -> dict[str, Any]:
    typed_on, _typed_at = _typed(entry, sender)
    form = WorkForm(_posted(entry), today=typed_on)
    work = services.log_work(sender.programme, by=sender.member, now=sender.now, **_cleaned(form))
    if work.recorded_at == sender.now:
        return {"status": STORED}
    if any(getattr(work, name) != form.cleaned_data[name] for name in ("kind", "occurred_on", "minutes", "note")):
        raise Refused(_("This was sent before, in other words. Take that back under “My hours” first."))
    return {"status": DUPLICATE}


def _same_day(entry: Mapping[str, Any], sender: Sender, reason: str) -> dict[str, Any]:
    """A visit of that day stands: the same words are the same visit, other words a conflict to look at."""
    match = _match_of(entry, sender.member, sender.now)
    typed_on, _typed_at = _typed(entry, sender)
    fields = _cleaned(form_of(entry, match, member=sender.member, today=typed_on))
    # where its pages are closed to her, what she wrote herself is not
    ended = not Match.objects.visible_to(sender.member).filter(pk=match.pk).exists()
    hers = Visit.objects.own(sender.member) if ended else Visit.objects.visible_to(sender.member)
    there = hers.held().filter(match=match, occurred_on=fields["occurred_on"])
    visit = there.exclude(place="phone").first()
    if visit and _is_the_same(visit, fields):
        return {"status": DUPLICATE, "match": match.pk}
    if visit is None or ended:
        return {"status": REFUSED, "reason": reason}
    return _conflict(visit, sender, reason)


def _is_the_same(visit: Visit, fields: Mapping[str, Any], *, also: tuple[str, ...] = ()) -> bool:
    """Whether nothing of what was typed would be lost if it were dropped: the same words, and no worry that is new."""
    if _has_new_worry(visit, fields):
        return False
    return all((getattr(visit, name) or "") == (fields.get(name) or "") for name in (*SAME, *also))


def _has_new_worry(visit: Visit, fields: Mapping[str, Any]) -> bool:
    worry = str(fields.get("concern") or "").strip()
    return bool((worry and worry not in told_worry(visit)) or (fields.get("has_concern") and not visit.has_concern))


def _conflict(visit: Visit, sender: Sender, reason: str) -> dict[str, Any]:
    compare = reverse("matching:compare", args=[sender.programme.slug, visit.pk])
    return {"status": CONFLICT, "reason": reason, "compare": compare, "version": visit.version}
