"""What the page of an agreement shows to whom: the words, who confirmed, and whose button stands where."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matching.choices import MatchStatus, Side, Way, every
from matching.models import Agreement, Match, PersonalGoal
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.people.choices import Reading
from peerhub.people.services import record_looks
from programmes.permissions import Permission


def as_read(agreement: Agreement, posted: QueryDict) -> None:
    """Nobody confirms what she has not seen. Raises Refused when it was written anew since the page was read."""
    if posted.get("read") != str(agreement.pk):
        raise Refused(_("The agreement was written anew meanwhile. Read it again; nothing was confirmed."))


def agreement_words(match: Match, member: Member) -> dict[str, Any]:
    """The agreement of a match and its goals, as far as something is written."""
    agreement = Agreement.objects.visible_to(member).for_page().filter(match=match).first()
    return {
        "match": match,
        "agreement": agreement,
        "goals": PersonalGoal.objects.visible_to(member).filter(match=match),
        "every": every(agreement.interval) if agreement else "",
    }


def agreement_page(match: Match, member: Member) -> dict[str, Any]:
    """For the peer supporter on her phone or for the team, each with the buttons that are theirs."""
    words = agreement_words(match, member)
    agreement, hers = words["agreement"], match.supporter_person_id == member.person_id
    slug = match.programme.slug
    home = reverse("matching:today", args=[slug]) if hers else reverse("matching:match", args=[slug, match.pk])
    printed = agreement is not None and bool(agreement.sha256)
    return words | {
        "frame": "base_phone.html" if hers else "base_staff.html",
        "back_url": home,
        "back_label": _("Today") if hers else _("The match"),
        "sides": _sides(match, agreement, member, hers=hers) if agreement else (),
        "pdf_url": reverse("matching:agreement_pdf", args=[slug, match.pk]) if printed else "",
    }


def _sides(match: Match, agreement: Agreement, member: Member, *, hers: bool) -> list[dict[str, Any]]:
    open_now = match.status == MatchStatus.INTRODUCED
    paper = open_now and member.may(Permission.MATCH_MANAGE)
    supporter, participant = agreement.supporter_confirmed_at, agreement.participant_confirmed_at
    sign = reverse("matching:sign", args=[match.programme.slug, match.pk])
    return [
        {
            "side": Side.PARTICIPANT,
            "name": match.participant_person.full_name,
            "at": participant,
            "words": _words(participant, agreement.participant_way, match.programme.timezone),
            "sign_url": sign if open_now and not participant else "",
            "paper": paper and not participant,
            "link_url": reverse("matching:give_link", args=[match.programme.slug, match.pk])
            if paper and not participant
            else "",
        },
        {
            "side": Side.SUPPORTER,
            "name": match.supporter_person.full_name,
            "at": supporter,
            "words": _words(supporter, agreement.supporter_way, match.programme.timezone),
            "button": _("Yes, I agree") if open_now and hers and not supporter else "",
            "paper": paper and not hers and not supporter,
        },
    ]


def _words(at: Any, way: str, zone: str) -> str:
    return f"{date_format(local_date(at, zone), 'j F')}, {Way(way).label}" if at else ""


def write_down_look(match: Match, member: Member) -> None:
    """Somebody takes the printed agreement away: both it is about can see that later."""
    record_looks(
        [match.participant_person_id, match.supporter_person_id], kind=Reading.DOCUMENT, by=member,
        now=timezone.now(), deed="matching:agreement_pdf", subject=f"match:{match.pk}",
    )  # fmt: skip
