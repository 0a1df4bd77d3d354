"""What a phone page shows of a match: words and addresses, worked out here so that the template only places them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matching.choices import LIVE, VISITING, MatchStatus, VisitPlace
from matching.forms.visits import USUAL_MINUTES
from matching.models import Cover, Match, Visit
from peerhub.lib.member import Member

SOON = 2
LOOK_BACK = 12  # visits of each person, for what is usual
# By which a person is known on a phone without a connection, where no name is kept: a picture and its word.
MARKS = (
    ("star", gettext_lazy("Star")), ("sun", gettext_lazy("Sun")), ("tree", gettext_lazy("Tree")),
    ("heart", gettext_lazy("Heart")), ("moon", gettext_lazy("Moon")), ("bicycle", gettext_lazy("Bicycle")),
    ("key", gettext_lazy("Key")), ("cup-hot", gettext_lazy("Cup")), ("flag", gettext_lazy("Flag")),
    ("bell", gettext_lazy("Bell")), ("compass", gettext_lazy("Compass")), ("lightbulb", gettext_lazy("Lamp")),
)  # fmt: skip


@dataclass(frozen=True)
class Due:
    """When a visit is due, as people say it."""

    text: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Mark:
    """The picture of a person."""

    icon: str
    word: str


@dataclass(frozen=True)
class Habit:
    """How visits to a person usually are, by the peer supporter's own last visits."""

    minutes: int = USUAL_MINUTES
    place: str = str(VisitPlace.HOME)


@dataclass(frozen=True)
class Card:
    """One person on the page Today."""

    kind: str
    name: str
    mark: Mark
    when: str
    due: Due | None
    held_url: str
    missed_url: str
    proposal_url: str
    note: str = ""
    asks: bool = False  # whether the peer supporter has not answered the proposal yet


@dataclass(frozen=True)
class LateCard:
    """Somebody she does not visit any more, whose last visit may still be missing."""

    title: str
    name: str
    url: str
    text: str


def due_words(match: Match, today: date) -> Due | None:
    """“Today”, “in 3 days”, “2 days late”; an overdue visit is red, a due one amber."""
    day = match.next_due_on
    if day is None:
        return None
    days = (day - today).days
    if match.is_overdue(today):
        return Due(
            ngettext("%(days)s day late", "%(days)s days late", -days) % {"days": -days}, "danger", "exclamation-circle"
        )
    if days < 0:
        return Due(ngettext("%(days)s day ago", "%(days)s days ago", -days) % {"days": -days}, "warm", "clock")
    if days == 0:
        return Due(_("today"), "warm", "clock")
    words = ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}
    return Due(words, "warm" if days <= SOON else "quiet", "clock")


def _when(match: Match) -> str:
    if match.status == MatchStatus.PROPOSED:
        return _("Proposal")
    if match.status == MatchStatus.PAUSED:
        return _("Paused")
    if match.status == MatchStatus.INTRODUCED:
        return _("Introduced")
    return date_format(match.next_due_on, "l j F") if match.next_due_on else _("No visit planned")


def _beginning_url(match: Match, slug: str) -> str:
    """The page on which a proposal is answered and the name opened, or the agreement is read."""
    pages = {MatchStatus.PROPOSED: "proposal", MatchStatus.INTRODUCED: "agreement"}
    name = pages.get(MatchStatus(match.status))
    return reverse(f"matching:{name}", args=[slug, match.pk]) if name else ""


def marks_of(keys: Iterable[int]) -> dict[int, Mark]:
    """A picture for each of one's matches: as long as a match lasts it keeps its picture, whoever joins later."""
    marks: dict[int, Mark] = {}
    taken: set[int] = set()
    for key in sorted(keys):
        place = key % len(MARKS)
        if len(taken) < len(MARKS):
            while place in taken:
                place = (place + 1) % len(MARKS)
            taken.add(place)
        icon, word = MARKS[place]
        marks[key] = Mark(icon, str(word))
    return marks


def habits_of(member: Member) -> dict[int, Habit]:
    """What is usual with each of the member's people: one query, however many matches there are."""
    mine = Visit.objects.own(member).held().filter(match__status__in=LIVE)
    rows = mine.order_by("-occurred_on", "-pk").values_list("match_id", "minutes", "place")
    by_match: dict[int, list[tuple[int, str]]] = {}
    for match_id, minutes, place in rows:
        found = by_match.setdefault(match_id, [])
        if len(found) < LOOK_BACK:
            found.append((minutes or USUAL_MINUTES, place))
    return {key: habit_in(found) for key, found in by_match.items()}


def habit_in(visits: Sequence[tuple[int, str]]) -> Habit:
    """The most usual length and place of these visits, the newest first; of two as usual, the newer one."""
    if not visits:
        return Habit()
    lengths, places = Counter(one[0] for one in visits), Counter(one[1] for one in visits)
    return Habit(lengths.most_common(1)[0][0], places.most_common(1)[0][0])


def steps_in(member: Member, today: date) -> dict[int, str]:
    """For whom the member steps in today, until when, and what these visits need: one query."""
    covers = Cover.objects.visible_to(member).filter(
        substitute_person_id=member.person_id, starts_on__lte=today, ends_on__gte=today
    )
    said = {}
    for cover in covers.select_related("match__supporter_person"):
        words = {"name": cover.match.supporter_person.first_name, "day": date_format(cover.ends_on, "l j F")}
        told = _("You step in for %(name)s up to and including %(day)s.") % words
        said[cover.match_id] = f"{told} {cover.need}".strip()
    return said


def today_cards(
    matches: Sequence[Match],
    *,
    today: date,
    slug: str,
    marks: Mapping[int, Mark] | None = None,
    notes: Mapping[int, str] | None = None,
) -> list[Card]:
    """A card per open match, the earliest due first, those without a date last; ``notes`` stand on them as they are."""
    cards, notes = [], notes or {}
    marks = marks_of(match.pk for match in matches) if marks is None else marks
    for match in matches:
        log = reverse("matching:log", args=[slug, match.pk]) if match.status in VISITING else ""
        cards.append(
            Card(
                kind=str(match.status),
                # until both said yes and she was shown the name, the peer supporter does not see who it is
                name=match.participant_person.full_name if match.is_revealed else _("Somebody"),
                mark=marks[match.pk],
                when=_when(match),
                due=due_words(match, today),
                held_url=f"{log}?held" if log else "",
                missed_url=f"{log}?missed" if log else "",
                note=notes.get(match.pk, ""),
                proposal_url=_beginning_url(match, slug),
                asks=match.status == MatchStatus.PROPOSED and match.supporter_accepted_on is None,
            )
        )
    return cards


def late_cards(member: Member, *, slug: str, at: datetime) -> list[LateCard]:
    """For two days: matches that ended, and those in which she stepped in and does not any more. Two queries."""
    ended = Match.objects.just_ended(member, at).select_related("participant_person").order_by("pk")
    covered = Match.objects.just_covered(member, at).select_related("participant_person").order_by("pk")
    found = [
        LateCard(
            _("Ended"), match.participant_person.full_name, _late(match.pk, match.ended_on or date.min, slug),
            _("A visit up to %(day)s can still be written down, for two days.")
            % {"day": date_format(match.ended_on or date.min, "l j F")},
        )
        for match in ended
    ]  # fmt: skip
    for match in covered:
        last = min(match.covered_until, match.ended_on or date.max)  # type: ignore[attr-defined]  # annotated
        words = _("You stepped in up to %(day)s. A visit of these days can still be written down, for two days.")
        found.append(
            LateCard(
                _("Stepped in"), match.participant_person.full_name, _late(match.pk, last, slug),
                words % {"day": date_format(last, "l j F")},
            )
        )  # fmt: skip
    return found


def _late(match_id: int, day: date, slug: str) -> str:
    return f"{reverse('matching:log', args=[slug, match_id])}?on={day.isoformat()}"


def phone_plan(
    matches: Iterable[Match],
    *,
    marks: Mapping[int, Mark],
    habits: Mapping[int, Habit],
    slug: str,
    goals: Mapping[int, Sequence[tuple[int, str]]] | None = None,
) -> dict[str, Any]:
    """What the phone may keep for days without a connection, sealed: pictures, days and habits, never a name.

    Of goals it keeps the numbers alone.
    """
    people = []
    for match in matches:
        if match.status not in VISITING:
            continue
        habit, mark = habits.get(match.pk, Habit()), marks[match.pk]
        people.append(
            {
                "match": match.pk,
                "icon": mark.icon,
                "word": mark.word,
                "minutes": habit.minutes,
                "place": habit.place,
                "goals": [number for number, _words in (goals or {}).get(match.pk, ())],
                "due": match.next_due_on.isoformat() if match.next_due_on else "",
                "when": date_format(match.next_due_on, "l j F") if match.next_due_on else "",
            }
        )
    return {"slug": slug, "people": people}
