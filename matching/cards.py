"""What a phone page shows of a match: words and addresses, worked out here so that the template only places them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.choices import MatchStatus
from matching.models import Match

SOON = 2


@dataclass(frozen=True)
class Due:
    """When a visit is due, as people say it."""

    text: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Card:
    """One person on the page Today."""

    kind: str
    name: str
    when: str
    due: Due | None
    held_url: str
    missed_url: str
    proposal_url: str
    asks: bool = False  # whether the peer supporter has not answered the proposal yet


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


def today_cards(matches: Iterable[Match], *, today: date, slug: str) -> list[Card]:
    """A card per open match, the earliest due first, those without a date last."""
    cards = []
    for match in matches:
        visiting = match.status in (MatchStatus.AGREED, MatchStatus.ACTIVE)
        log = reverse("matching:log", args=[slug, match.pk]) if visiting else ""
        cards.append(
            Card(
                kind=str(match.status),
                # until both said yes and she was shown the name, the peer supporter does not see who it is
                name=match.participant_person.full_name if match.is_revealed else _("Somebody"),
                when=_when(match),
                due=due_words(match, today),
                held_url=log,
                missed_url=f"{log}?missed=1" if log else "",
                proposal_url=_beginning_url(match, slug),
                asks=match.status == MatchStatus.PROPOSED and match.supporter_accepted_on is None,
            )
        )
    return cards
