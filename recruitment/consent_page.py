"""Answers about consent as pages show them: words, tones, addresses. What they allow, peerhub.people.consent says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerhub.lib.member import Member
from peerhub.people.choices import PURPOSES_OF_SUPPORTERS, ConsentMode, ConsentPurpose, GivenBy, Language
from peerhub.people.consent import Stand, Standing, after_withdrawal, languages_of, stands, text_to_read
from peerhub.people.models import Consent, ConsentText, Person
from programmes.access import MemberRequest
from programmes.permissions import Permission
from recruitment.models import Participant, PeerSupporter

LOOKS: dict[Standing, tuple[str, str, Any]] = {
    Standing.GIVEN: ("good", "check-circle", gettext_lazy("yes")),
    Standing.REFUSED: ("quiet", "dash-circle", gettext_lazy("said no")),
    Standing.WITHDRAWN: ("warm", "arrow-counterclockwise", gettext_lazy("taken back")),
    Standing.OUTGROWN: ("warm", "person", gettext_lazy("of age now: ask again")),
    Standing.NOT_ASKED: ("quiet", "question-circle", gettext_lazy("not asked yet")),
}
TO_ASK = (Standing.NOT_ASKED, Standing.OUTGROWN)


def purposes_for(person: Person, member: Member) -> list[str]:
    """What somebody is asked about: everything for a participant, less for somebody who only supports others."""
    asked_for_support = Participant.objects.visible_to(member).filter(person=person).exists()
    return list(ConsentPurpose.values if asked_for_support else PURPOSES_OF_SUPPORTERS)


def home_of(person: Person, request: MemberRequest) -> str:
    """The page of this person: her newest time as a participant, else as a peer supporter."""
    for model, page in ((Participant, "participant"), (PeerSupporter, "supporter")):
        row = model.objects.visible_to(request.member).filter(person=person).order_by("-pk").first()
        if row:
            return reverse(f"recruitment:{page}", args=[request.programme.slug, row.pk])
    return reverse("home:overview", args=[request.programme.slug])


def how(consent: Consent) -> str:
    """“on 3 March 2026, said aloud, heard by Dan Peeters, with Mariam (parent)”."""
    words = [date_format(consent.given_on, "j F Y"), consent.get_mode_display()]
    if consent.witness:
        words.append(_("heard by %(name)s") % {"name": consent.witness.full_name})
    if consent.mode == ConsentMode.INTERPRETER and consent.interpreter:
        words.append(consent.interpreter)
    if consent.given_by == GivenBy.GUARDIAN and consent.representative:
        guardian = consent.representative
        words.append(_("with %(name)s (%(kind)s)") % {"name": guardian.name, "kind": guardian.get_kind_display()})
    return ", ".join(words)


def read(consent: Consent) -> str:
    """“text 2, Dutch”: which words somebody answered to."""
    if consent.text is None:
        return ""
    said = {"version": consent.text.version, "language": consent.text.get_language_display()}
    return _("text %(version)s, %(language)s") % said


def stand_rows(person: Person, request: MemberRequest) -> list[dict[str, Any]]:
    """A row for each purpose: where she stands, how she said it, and what can be done."""
    found = stands(person, purposes=purposes_for(person, request.member), today=request.today)
    rows = [_row(stand, person, request) for stand in found]
    first = next((row for row in rows if row["to_ask"] and row["ask_url"]), None)
    if first:
        first["main"] = True
    return rows


def _row(stand: Stand, person: Person, request: MemberRequest) -> dict[str, Any]:
    tone, icon, label = LOOKS[stand.standing]
    consent, records = stand.consent, request.member.may(Permission.CONSENT_RECORD)
    given = stand.standing in (Standing.GIVEN, Standing.OUTGROWN)
    again = stand.asks_again or stand.standing is Standing.OUTGROWN
    return {
        "purpose": stand.purpose,
        "title": capfirst(str(ConsentPurpose(stand.purpose).label)),
        "subject": stand.subject,
        "tone": tone,
        "icon": icon,
        "label": label,
        "how": how(consent) if consent else "",
        "read": read(consent) if consent else "",
        "until": date_format(consent.withdrawn_on, "j F Y") if consent and consent.withdrawn_on else "",
        "asks_again": stand.asks_again,
        "ask_url": ask_url(person, stand.purpose, request) if records and (not given or again) else "",
        "to_ask": stand.standing in TO_ASK or stand.asks_again,
        "main": False,  # one button of the page, the first to ask about
        "withdraw": consent if records and given else None,
        "after": after_withdrawal(stand.purpose),
    }


def ask_url(person: Person, purpose: str, request: MemberRequest) -> str:
    """Where this person is asked about this purpose."""
    return reverse("recruitment:consent_ask", args=[request.programme.slug, person.pk, purpose])


def next_url(person: Person, request: MemberRequest, *, after: str) -> str:
    """Where to go on from one purpose: the next one that is to be asked, else the page with all of them."""
    purposes = purposes_for(person, request.member)
    place = purposes.index(after) + 1 if after in purposes else 0
    later = {purpose for purpose in purposes[place:] if purpose != ConsentPurpose.SHARE_WITH_SERVICE}
    for stand in stands(person, purposes=purposes, today=request.today):
        if stand.purpose in later and (stand.standing in TO_ASK or stand.asks_again):
            return ask_url(person, stand.purpose, request)
    return reverse("recruitment:consents", args=[request.programme.slug, person.pk])


def language_for(person: Person, request: MemberRequest) -> str:
    """The language to read in: the one in the address, else the first of hers in which the programme has a text."""
    known = languages_of(request.programme.pk)
    asked = request.GET.get("language", "")
    return next((code for code in (asked, *person.languages) if code in known), known[0])


def language_chips(request: MemberRequest, chosen: str, *, purpose: str = "") -> list[dict[str, Any]]:
    """The languages in which there are words to read; nothing when there is only one."""
    known = languages_of(request.programme.pk, purpose=purpose)
    if len(known) == 1:
        return []
    return [{"label": Language(code).label, "url": f"?language={code}", "active": code == chosen} for code in known]


def texts_of(request: MemberRequest, purposes: list[str], language: str) -> list[ConsentText]:
    """The words of each purpose in a language, for the form on paper."""
    return [text_to_read(request.programme.pk, purpose=purpose, language=language) for purpose in purposes]


def paragraphs(text: str) -> list[str]:
    """A text as it is read, one thing at a time."""
    return [part.strip() for part in text.split("\n\n") if part.strip()]


EVENTS = {
    "yes": ("good", "hand-thumbs-up", gettext_lazy("Said yes: %(purpose)s")),
    "no": ("quiet", "hand-thumbs-down", gettext_lazy("Said no: %(purpose)s")),
    "withdrawn": ("warm", "arrow-counterclockwise", gettext_lazy("Took back: %(purpose)s")),
}


def consents_of(person: Person, member: Member) -> Mapping[int, Consent]:
    """All answers of somebody, by key, for the timeline."""
    mine = Consent.objects.visible_to(member).filter(person=person)
    return mine.select_related("text", "witness", "representative").in_bulk()


def event(after: str, consent: Consent) -> dict[str, Any]:
    """An answer, or its end, as the timeline tells it."""
    tone, icon, title = EVENTS[after]
    purpose = str(ConsentPurpose(consent.purpose).label)
    what = f"{purpose} ({consent.subject})" if consent.subject else purpose
    text = how(consent) if after != "withdrawn" else ""
    return {"tone": tone, "icon": icon, "title": str(title) % {"purpose": what}, "text": text}
