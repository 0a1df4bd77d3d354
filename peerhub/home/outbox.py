"""The list of messages with its filters; what waits for a click; what goes out tomorrow; what each kind says."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Case, Count, Q, Value, When
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from matching.services import sweep
from peerhub.lib.dates import local_date
from peerhub.lib.finding import without_words
from peerhub.notices.choices import ENDED_BADLY, MAY_BE_HELD, Channel, Kind, NoticeStatus
from peerhub.notices.models import HeldKind, Notice
from peerhub.notices.querysets import NoticeQuerySet
from peerhub.notices.services import letter, neutral, public_key
from peerhub.people.models import Person
from programmes.access import MemberRequest
from programmes.models import Programme
from programmes.permissions import Permission
from supervision.services import remind_of_sessions

PER_PAGE = 25
LOOKS = {
    NoticeStatus.DEAD: ("danger", "exclamation-octagon"),
    NoticeStatus.UNKNOWN: ("warm", "question-circle"),
    NoticeStatus.SENT: ("good", "envelope-check"),
    NoticeStatus.CANCELLED: ("quiet", "dash-circle"),
}


def outbox(found: NoticeQuerySet, request: MemberRequest) -> dict[str, Any]:
    """Messages of one kind, status or channel, or all, to everybody or to those whose name was typed.

    Those that could not be sent come first, then the newest.
    """
    query, words = request.GET, request.finding.words
    chosen = {name: query.get(name, "") for name in ("status", "kind", "channel")}
    for name, known in (("status", NoticeStatus), ("kind", Kind), ("channel", Channel)):
        if chosen[name] in known.values:
            found = found.filter(**{name: chosen[name]})
    for word in words.split():
        found = found.filter(Q(recipient__first_name__icontains=word) | Q(recipient__last_name__icontains=word))
    bad_first = Case(When(status__in=ENDED_BADLY, then=Value(0)), default=Value(1))
    rows = found.select_related("recipient").order_by(bad_first, "-created_at", "-pk")
    page_obj = Paginator(rows, PER_PAGE).get_page(query.get("page"))
    params = query.copy()
    params.pop("page", None)
    held = set(HeldKind.objects.visible_to(request.member).values_list("kind", flat=True))
    return {
        "page_obj": page_obj,
        "rows": [_row(notice, held, request) for notice in page_obj.object_list],
        "selects": [
            _select("status", _("Status"), NoticeStatus.choices, chosen["status"]),
            _select("kind", _("Kind"), Kind.choices, chosen["kind"]),
            _select("channel", _("Way"), Channel.choices, chosen["channel"]),
        ],
        "q": words,
        "clear_url": without_words(request),
        "querystring": params.urlencode(),
    }


def _row(notice: Notice, held: set[str], request: MemberRequest) -> dict[str, Any]:
    tone, icon = LOOKS.get(NoticeStatus(notice.status), ("info", "hourglass-split"))
    waits = notice.status == NoticeStatus.WAITING and notice.kind in held and notice.released_at is None
    return {
        "notice": notice,
        "label": _("waits for a click") if waits else notice.get_status_display(),
        "tone": "warm" if waits else tone,
        "icon": icon,
        "way": notice.get_channel_display(),
        "ended_badly": notice.status in ENDED_BADLY,
        "person_url": reverse("home:person_messages", args=[request.programme.slug, notice.recipient_id]),
    }


def _select(name: str, label: str, choices: list[tuple[str, Any]], chosen: str) -> dict[str, Any]:
    options = [
        {"value": value, "label": words, "selected": value == chosen} for value, words in [("", _("All")), *choices]
    ]
    return {"name": name, "label": label, "options": options}


# -- What waits for a click ------------------------------------------------------------------------------------------


def waiting_kinds(request: MemberRequest) -> list[dict[str, Any]]:
    """Each kind that may wait: whether it does, how many messages wait, and to how many people."""
    held = set(HeldKind.objects.visible_to(request.member).values_list("kind", flat=True))
    waiting = Notice.objects.visible_to(request.member).held().order_by()
    counted = waiting.values("kind").annotate(rows=Count("pk"), people=Count("recipient", distinct=True))
    numbers = {row["kind"]: row for row in counted}
    none = {"rows": 0, "people": 0}
    return [
        {"kind": kind.value, "label": kind.label, "held": kind in held, **numbers.get(kind, none)}
        for kind in MAY_BE_HELD
    ]  # fmt: skip


# -- Tomorrow --------------------------------------------------------------------------------------------------------


def tomorrow(request: MemberRequest, now: datetime) -> dict[str, Any]:
    """What goes out by the end of tomorrow: what waits, and what tomorrow's sweep would write.

    The real sweep is run for tomorrow and undone again, so that this list cannot say anything else than what happens.
    Visits that are written down until then take their messages with them.
    """
    programme, zone = request.programme, ZoneInfo(request.programme.timezone)
    day = local_date(now, programme.timezone) + timedelta(days=1)
    end = datetime.combine(day + timedelta(days=1), time(0), zone).astimezone(UTC)
    rows = _after_sweep(request, programme, day=day, end=end, now=now)
    held = set(HeldKind.objects.visible_to(request.member).values_list("kind", flat=True))
    for row in rows:
        row["held"] = row["kind"] in held and not row["released"]
    going = [row for row in rows if not row["held"]]
    kinds = Counter(row["kind"] for row in going)
    return {
        "day": day,
        "rows": rows,
        "total": len(going),
        "people": len({row["recipient"].pk for row in going}),
        "waiting": len(rows) - len(going),
        "kinds": [{"label": Kind(kind).label, "count": count} for kind, count in kinds.most_common()],
    }


def _after_sweep(
    request: MemberRequest, programme: Programme, *, day: Any, end: datetime, now: datetime
) -> list[dict[str, Any]]:
    with transaction.atomic():
        sweep(now=now, on=day, programme_id=programme.pk)
        remind_of_sessions(now=now, on=day, programme_id=programme.pk)
        found = Notice.objects.visible_to(request.member).still_to_go().filter(send_after__lt=end)
        rows = [
            {
                "recipient": one.recipient, "kind": one.kind, "label": one.get_kind_display(), "due_on": one.due_on,
                "new": one.created_at >= now, "released": one.released_at, "in_digest": bool(digest),
            }
            for one, digest in _with_digest(found)
        ]  # fmt: skip
        transaction.set_rollback(True)
    return rows


def _with_digest(found: NoticeQuerySet) -> list[tuple[Notice, Any]]:
    rows = found.select_related("recipient__reach").order_by("kind", "recipient__first_name", "pk")
    return [(one, getattr(getattr(one.recipient, "reach", None), "digest_at", None)) for one in rows]


# -- What each kind says ---------------------------------------------------------------------------------------------


def previews(request: MemberRequest, now: datetime) -> dict[str, Any]:
    """A kind in a language, by every way, to a person who does not exist."""
    chosen, language = request.GET.get("kind", ""), request.GET.get("language", "")
    kind = chosen if chosen in Kind.values else Kind.VISIT_REMINDER
    codes = [code for code, _name in settings.LANGUAGES]
    language = language if language in codes else codes[0]
    slug = request.programme.slug
    nobody = Person(programme_id=request.programme.pk, first_name=_("Sample"))
    sample = {"recipient": nobody, "subject": "match:1", "period": "", "link": f"/p/{slug}/visits/1/log/"}
    day = local_date(now, request.programme.timezone)
    notice = Notice(programme_id=request.programme.pk, kind=kind, due_on=day, number=3, **sample)
    items = [Notice(programme_id=request.programme.pk, kind=one, due_on=day, number=3, **sample)
             for one in (Kind.VISIT_REMINDER, Kind.FREQUENCY_CHANGED)]  # fmt: skip
    said = letter(notice, language=language, items=items if kind == Kind.DIGEST else ())
    languages = [(code, get_language_info(code)["name_local"]) for code in codes]
    selects = [_select("kind", _("Kind"), Kind.choices, kind), _select("language", _("Language"), languages, language)]
    for select in selects:
        select["options"].pop(0)  # one of them is always chosen
    return {"letter": said, "selects": selects, "short_length": len(said.short), "notification": neutral(language)}


# -- One's own ways --------------------------------------------------------------------------------------------------


def push_context(request: MemberRequest) -> dict[str, Any]:
    """What the browser needs to say yes to notifications."""
    return {"push_key": public_key(), "push_url": reverse("home:push_add", args=[request.programme.slug])}


def held_count(request: MemberRequest) -> int:
    """How many messages wait for a click."""
    if not request.member.may(Permission.PROGRAMME_SET):
        return 0
    return Notice.objects.visible_to(request.member).held().count()
