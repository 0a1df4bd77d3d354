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
from django.utils.translation import ngettext

from matching.cards import due_words
from matching.choices import LIVE, UNDERWAY, MatchStatus, Outcome, Request, every
from matching.forms.beginning import CODES, team_choices
from matching.goals import goal_lines
from matching.models import Agreement, Match, Visit
from matching.picture import year_picture
from matching.progress import Step, progress_of
from matching.services import suggestion_of
from matching.services.answering import NAME_QUESTION
from matching.services.planning import last_step
from matching.services.proposing import reason_sentences
from matching.services.reviewing import evidence_for
from peerhub.lib.dates import local_date
from peerhub.lib.finding import without_words
from peerhub.lib.member import Member
from peerhub.lib.moments import ago, moment
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
            "visited": ago(row.last_held_on, today),
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


def next_steps(match: Match, member: Member, today: date, *, is_written: bool) -> list[Step]:
    """The buttons of a match in its present state, the usual one first; ``is_written``: there is an agreement."""
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
    if match.status == MatchStatus.INTRODUCED and manage and is_written:
        steps.append(step("agree", _("Write the agreement anew"), "journal-check"))
    if match.status == MatchStatus.ACTIVE and member.may(Permission.VISIT_LOG):
        steps.append(step("log", _("Log a visit"), "calendar-check"))
    steps += [step(*words, main=main) for words, main in _of_the_year(match, member, today)]
    if match.status in UNDERWAY and manage:
        if member.may(Permission.MATCH_PROPOSE):
            steps.append(step("hand_over", _("Hand over"), "people"))
        steps.append(step("close", _("Close"), "flag"))
    return steps


def _of_the_year(match: Match, member: Member, today: date) -> list[tuple[tuple[str, str, str], bool]]:
    """What can be done with the year of visits: page, words and icon, and whether it is the usual thing to do."""
    manage, decide = member.may(Permission.MATCH_MANAGE), member.may(Permission.REVIEW_DECIDE)
    active, paused = match.status == MatchStatus.ACTIVE, match.status == MatchStatus.PAUSED
    known = (
        (active and decide, ("review", _("Record a review"), "clipboard-check"), True),
        (
            active and decide and last_step(match.plan, today),
            ("undo", _("Take the step back"), "arrow-counterclockwise"), False,
        ),
        (active and manage, ("pause", _("Pause"), "pause-circle"), False),
        (paused and manage, ("resume", _("Resume"), "play-circle"), True),
        (match.status in UNDERWAY and manage, ("cover_match", _("Cover"), "people"), False),
        ((active or paused) and decide, ("extend", _("Make longer"), "calendar-plus"), False),
    )  # fmt: skip
    return [(words, main) for possible, words, main in known if possible]


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
        "goals": goal_lines(match, member, visits) if agreement else (),
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
        "steps": next_steps(match, member, today, is_written=agreement is not None),
        "due": due_words(match, today),
        "every": every(match.interval),
        "reasons": reason_sentences(match.reasons),
        "question": NAME_QUESTION,
        "open_answers": match.status == MatchStatus.PROPOSED and member.may(Permission.MATCH_MANAGE),
        "timeline": _timeline(match, member, visits),
        "year": year_picture(match, visits, today) if plan else None,
        "covers": list(match.covers.visible_to(member).not_over(today).select_related("substitute_person")),
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
            _goals_in_words(visit),
            visit.note,
            _("A concern was written down. It stands on a page of its own.") if visit.has_concern else "",
        ]
        events.append((visit.occurred_on, 1, {
            "on": date_format(visit.occurred_on, "j F Y"), "icon": icon, "tone": tone, "title": title,
            "text": " · ".join(part for part in text if part), "by": visit.author,
            "url": reverse("supervision:concern", args=[match.programme.slug, visit.pk])
            if visit.has_concern and member.may(Permission.CONCERN_FOLLOW) else "",
        }))  # fmt: skip
    for review in match.reviews.select_related("led_by"):
        title = _("Review: %(decision)s") % {"decision": review.get_decision_display()}
        events.append((review.held_on, 2, {
            "on": date_format(review.held_on, "j F Y"), "icon": "clipboard-check", "tone": "info", "title": title,
            "text": review.reason, "by": review.led_by,
        }))  # fmt: skip
    labels = {**dict(MatchStatus.choices), **dict(STEPS_SAID)}
    moves = StateChange.objects.visible_to(member).of(match).filter(after__in=labels).select_related("by")
    events += [
        (local_date(move.at, match.programme.timezone), 0, {
            "on": date_format(local_date(move.at, match.programme.timezone), "j F Y"),
            "icon": "arrow-right", "tone": "quiet",
            "title": labels[move.after], "text": move.reason, "by": move.by,
        })
        for move in moves
    ]  # fmt: skip
    return [event for _day, _order, event in sorted(events, key=lambda one: (one[0], one[1]), reverse=True)]


def _goals_in_words(visit: Visit) -> str:
    if not visit.goals:
        return ""
    said = {"numbers": ", ".join(str(number) for number in visit.goals)}
    return ngettext("about goal %(numbers)s", "about goals %(numbers)s", len(visit.goals)) % said


def evidence_rows(match: Match) -> dict[str, Any]:
    """What the last visits say about fewer visits, in words, for the page of a review."""
    found = evidence_for(match)
    labels = dict(Request.choices)
    return {
        "answers": [labels.get(answer, _("not asked")) for answer in found.answers],
        "open_concerns": found.open_concerns,
        "allows": found.allows,
    }
