"""What the pages of matches show: rows of the list, the next step of a match, its history, its year as a picture."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from matching import taper
from matching.cards import due_words
from matching.choices import LIVE, MatchStatus, Outcome, every
from matching.forms.beginning import CODES, team_choices
from matching.models import Agreement, Match, PersonalGoal, Visit
from matching.progress import Step, moment, progress_of
from matching.services import suggestion_of
from matching.services.proposing import reason_sentences
from peerhub.lib.finding import without_words
from peerhub.lib.member import Member
from peerhub.people.models import StateChange
from programmes.models import Membership
from programmes.permissions import Permission
from recruitment.querysets import open_files

TONES = {
    MatchStatus.PROPOSED: "info",
    MatchStatus.INTRODUCED: "info",
    MatchStatus.AGREED: "info",
    MatchStatus.ACTIVE: "good",
    MatchStatus.PAUSED: "warm",
    MatchStatus.CLOSED: "quiet",
    MatchStatus.DECLINED: "quiet",
}
VISIT_TONES = {Outcome.HELD: ("good", "check2"), Outcome.MISSED: ("warm", "calendar-x")}
WIDTH = 1000
# What is written down on the way, beside the states themselves.
STEPS_SAID = (
    ("supporter_yes", _lazy("The peer supporter said yes")),
    ("participant_yes", _lazy("The participant said yes")),
    ("participant_thinks", _lazy("The participant wants to think")),
    ("revealed", _lazy("The peer supporter saw the name")),
    ("responsible", _lazy("Responsible")),
    ("meeting_planned", _lazy("A meeting was planned")),
    ("explained", _lazy("Everything was explained")),
    ("agreement_written", _lazy("The agreement was written")),
    ("supporter_agreed", _lazy("The peer supporter confirmed the agreement")),
    ("participant_agreed", _lazy("The participant confirmed the agreement")),
    ("goes_on", _lazy("Goes on from an earlier match")),
)


def match_rows(request: HttpRequest, page_obj: Page[Match], *, status: str, sort: str, q: str) -> dict[str, Any]:
    """The list of matches with its filters."""
    today = request.today  # type: ignore[attr-defined]  # set by the door
    params = request.GET.copy()
    params.pop("page", None)
    chips = [("open", _("Open")), *[(value, label) for value, label in MatchStatus.choices], ("all", _("All"))]
    links = []
    for value, label in chips:
        query = params.copy()
        query["status"] = value
        links.append({"label": label, "url": f"?{query.urlencode()}", "active": value == status})
    rows = [
        {
            "match": row,
            "due": due_words(row, today),
            "tone": TONES[MatchStatus(row.status)],
            "every": every(row.interval),
        }
        for row in page_obj.object_list
    ]
    sorts = [("due", _("Visit due first")), ("name", _("Name of the participant")), ("newest", _("Newest first"))]
    selects = [
        {
            "name": "sort",
            "label": _("Sort by"),
            "options": [{"value": value, "label": label, "selected": value == sort} for value, label in sorts],
        }
    ]
    return {
        "rows": rows, "page_obj": page_obj, "chips": links, "selects": selects, "q": q, "status": status,
        "querystring": params.urlencode(), "clear_url": without_words(request),
        "hidden": [{"name": "status", "value": status}],
    }  # fmt: skip


def next_steps(match: Match, member: Member) -> list[Step]:
    """The buttons of a match in its present state, the usual one first."""
    slug, pk = match.programme.slug, match.pk

    def step(name: str, label: str, icon: str, *, main: bool = False) -> Step:
        return Step(reverse(f"matching:{name}", args=[slug, pk]), label, icon, main)

    manage = member.may(Permission.MATCH_MANAGE)
    steps: list[Step] = []
    if match.status == MatchStatus.PROPOSED and manage and match.is_answered:
        if match.meeting_at:
            steps.append(step("plan", _("Plan another time"), "calendar-check"))
        else:
            steps.append(step("introduce", _("They have met already"), "people"))
    if match.status == MatchStatus.INTRODUCED and manage and match.oriented_on:
        steps.append(step("agree", _("Write the agreement anew"), "journal-check"))
    if match.status == MatchStatus.ACTIVE and member.may(Permission.VISIT_LOG):
        steps.append(step("log", _("Log a visit"), "calendar-check"))
    if match.status == MatchStatus.ACTIVE and member.may(Permission.REVIEW_DECIDE):
        steps.append(step("review", _("Record a review"), "clipboard-check", main=True))
    if match.status == MatchStatus.ACTIVE and manage:
        steps.append(step("pause", _("Pause"), "pause-circle"))
    if match.status == MatchStatus.PAUSED and manage:
        steps.append(step("resume", _("Resume"), "play-circle", main=True))
    if match.status in (MatchStatus.AGREED, MatchStatus.ACTIVE, MatchStatus.PAUSED) and manage:
        if member.may(Permission.MATCH_PROPOSE):
            steps.append(step("hand_over", _("Hand over"), "people"))
        steps.append(step("close", _("Close"), "flag"))
    return steps


def match_page(match: Match, member: Member, today: date) -> dict[str, Any]:
    """Everything the page of one match shows."""
    visits = list(Visit.objects.visible_to(member).filter(match=match).select_related("author"))
    plan = getattr(match, "plan", None)
    agreement = Agreement.objects.visible_to(member).filter(match=match).defer("pdf").first()
    open_files([match.participant], today=today)
    return {
        "match": match,
        "agreement": agreement,
        "progress": progress_of(match, agreement, member),
        "goals": PersonalGoal.objects.visible_to(member).filter(match=match) if agreement else (),
        "interim": is_interim(match, member),
        "predecessor": match.predecessor,
        "successor": Match.objects.visible_to(member)
        .filter(predecessor=match)
        .select_related("supporter_person")
        .first(),
        "team": team_choices(member) if match.status in LIVE and member.may(Permission.MATCH_MANAGE) else (),
        "codes": CODES,
        "meeting": moment(match.meeting_at, match.programme.timezone) if match.meeting_at else "",
        "suggestion": suggestion_of(match)
        if member.may(Permission.MATCH_MANAGE) and not match.suggestion_settled_at
        else None,
        "tone": TONES[MatchStatus(match.status)],
        "steps": next_steps(match, member),
        "due": due_words(match, today),
        "every": every(match.interval),
        "reasons": reason_sentences(match.reasons),
        "open_answers": match.status == MatchStatus.PROPOSED and member.may(Permission.MATCH_MANAGE),
        "timeline": _timeline(match, member, visits),
        "year": _year(match, visits, today) if plan else None,
        "is_open": match.status in LIVE,
        "review_due": bool(plan and plan.review_due_on and plan.review_due_on <= today),
    }


def is_interim(match: Match, member: Member) -> bool:
    """Whether somebody of the team supports for the time being, until a peer supporter can."""
    team = Membership.objects.visible_to(member).current().team()
    return team.filter(person_id=match.supporter_person_id).exists()


def _timeline(match: Match, member: Member, visits: list[Visit]) -> list[dict[str, Any]]:
    events: list[tuple[date, int, dict[str, Any]]] = []
    for visit in visits:
        tone, icon = VISIT_TONES.get(Outcome(visit.outcome), ("warm", "calendar-x"))
        title = _("Visit: %(outcome)s") % {"outcome": visit.get_outcome_display()}
        text = [
            f"{visit.minutes} min · {visit.get_place_display()}" if visit.minutes else "",
            visit.note,
            _("A concern was written down. It stands on a page of its own.") if visit.has_concern else "",
        ]
        events.append((visit.occurred_on, 1, {
            "on": date_format(visit.occurred_on), "icon": icon, "tone": tone, "title": title,
            "text": " · ".join(part for part in text if part), "by": visit.author,
            "url": reverse("supervision:concern", args=[match.programme.slug, visit.pk])
            if visit.has_concern and member.may(Permission.CONCERN_FOLLOW) else "",
        }))  # fmt: skip
    for review in match.reviews.select_related("led_by"):
        title = _("Review: %(decision)s") % {"decision": review.get_decision_display()}
        events.append((review.held_on, 2, {
            "on": date_format(review.held_on), "icon": "clipboard-check", "tone": "info", "title": title,
            "text": review.reason, "by": review.led_by,
        }))  # fmt: skip
    labels = {**dict(MatchStatus.choices), **dict(STEPS_SAID)}
    moves = StateChange.objects.visible_to(member).of(match).filter(after__in=labels).select_related("by")
    events += [
        (move.at.date(), 0, {
            "on": date_format(move.at.date()), "icon": "arrow-right", "tone": "quiet",
            "title": labels[move.after], "text": move.reason, "by": move.by,
        })
        for move in moves
    ]  # fmt: skip
    return [event for _day, _order, event in sorted(events, key=lambda one: (one[0], one[1]), reverse=True)]


def _year(match: Match, visits: list[Visit], today: date) -> dict[str, Any]:
    """The year from left to right, 0 to 1000: how often, what was held and missed, pauses, possible steps, today."""
    plan = match.plan
    whole = max(1, (plan.ends_on - plan.starts_on).days)

    def across(day: date) -> int:
        return max(0, min(WIDTH, round((day - plan.starts_on).days * WIDTH / whole)))

    parts = list(plan.segments.all())
    bands = []
    for number, part in enumerate(parts):
        until = parts[number + 1].starts_on if number + 1 < len(parts) else plan.ends_on
        x = across(part.starts_on)
        bands.append({
            "x": x, "width": max(1, across(until) - x), "label": every(part.interval),
            "series": min(4, plan.ladder.index(part.interval) + 1 if part.interval in plan.ladder else 1),
        })  # fmt: skip
    pauses = [
        {"x": across(pause.starts_on), "width": max(2, across(pause.resumed_on or today) - across(pause.starts_on))}
        for pause in match.pauses.all()
    ]
    segments = [taper.Segment(part.starts_on, part.interval) for part in parts]
    coming = taper.planned_dates(segments, plan.ends_on, match.next_due_on)
    held = sum(visit.outcome == Outcome.HELD for visit in visits)
    return {
        "bands": bands,
        "pauses": pauses,
        "held": [across(visit.occurred_on) for visit in visits if visit.outcome == Outcome.HELD],
        "missed": [across(visit.occurred_on) for visit in visits if visit.outcome != Outcome.HELD],
        "coming": [across(day) for day in coming],
        "gates": [across(gate) for gate in plan.gates],
        "today": across(today) if plan.starts_on <= today < plan.ends_on else None,
        "count_held": held,
        "count_missed": len(visits) - held,
        "count_coming": len(coming),
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "gate_on": plan.gate_on,
        "review_due_on": plan.review_due_on,
    }
