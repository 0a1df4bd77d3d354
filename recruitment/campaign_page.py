"""Campaigns as pages show them: words instead of codes, the plan held against eight questions, numbers with a basis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from peerhub.lib.dates import local_date
from peerhub.people.models import StateChange
from programmes.access import MemberRequest
from programmes.models import Place
from programmes.permissions import Permission
from recruitment.choices import CampaignPurpose, CampaignState, Channel, SupportKind, WishedGender
from recruitment.models import Application, Campaign

LOOKS = {
    CampaignState.RUNNING: ("good", "play-circle"),
    CampaignState.PLANNED: ("info", "calendar-plus"),
    CampaignState.OVER: ("warm", "hourglass-split"),
    CampaignState.CLOSED: ("quiet", "archive"),
}
GENDER_WORDS = {WishedGender.WOMAN.value: gettext_lazy("women"), WishedGender.MAN.value: gettext_lazy("men")}
OFFER_WORDS = {
    SupportKind.HOSTING.value: gettext_lazy("can take others into their home"),
    SupportKind.GROUP.value: gettext_lazy("can lead a group"),
}
# What good social marketing can answer: the eight benchmark criteria of the NSMC, each with the parts of our plan.
CRITERIA: tuple[tuple[Any, Any, tuple[str, ...]], ...] = (
    (gettext_lazy("Behaviour"), gettext_lazy("Is there one thing to do that can be seen and counted?"),
     ("behaviour_goal",)),
    (gettext_lazy("The people themselves"), gettext_lazy("Did you ask them, and try it out with them?"), ("heard",)),
    (gettext_lazy("Theory"), gettext_lazy("Is there a reason to think that it works?"), ("theory",)),
    (gettext_lazy("Insight"), gettext_lazy("Do you know what moves them and what stops them?"), ("insight",)),
    (gettext_lazy("Exchange"), gettext_lazy("Do they gain more than it costs them?"),
     ("exchange_benefits", "exchange_costs")),
    (gettext_lazy("Competition"), gettext_lazy("What else could they do with the same time?"), ("competition",)),
    (gettext_lazy("One group"), gettext_lazy("Is it for one group, and not for everybody?"), ("segment",)),
    (gettext_lazy("A mix of methods"), gettext_lazy("Is it more than telling: several ways, one message?"),
     ("methods_mix", "message", "channels")),
)  # fmt: skip


@dataclass(frozen=True)
class ShownCampaign:
    """One row of the list, ready to be read."""

    row: Campaign
    state: str
    tone: str
    icon: str
    who: str
    days: str
    found: str

    @property
    def numbers(self) -> list[int]:
        """Applied, accepted, in training, peer supporters now, asked for support."""
        row: Any = self.row
        return [row.applied, row.selected, row.learning, row.supporting, row.asked]


def state_look(campaign: Campaign, today: date) -> dict[str, str]:
    """The pill of its state."""
    state = campaign.state_on(today)
    tone, icon = LOOKS[state]
    return {"label": str(state.label), "tone": tone, "icon": icon}


def who_words(row: Campaign, places: Mapping[str, str]) -> list[str]:
    """Whom it looks for, in short: “Dari”, “near 2525 Schilderswijk”, “Tuesday evening”, “women”."""
    words = row.language_names
    if row.postcode:
        words.append(_("near %(place)s") % {"place": _place(row, places)})
    words += row.available_words
    words += [str(GENDER_WORDS[row.gender])] if row.gender in GENDER_WORDS else []
    return words if row.support_kind == SupportKind.ONE_TO_ONE else [*words, row.get_support_kind_display()]


def _place(row: Campaign, places: Mapping[str, str]) -> str:
    """“2525 Schilderswijk”."""
    return f"{row.postcode} {places.get(row.postcode, '')}".strip()


def first_words(wanted: Mapping[str, Any], request: MemberRequest) -> dict[str, str]:
    """A name and a group for a campaign that begins from an advice; both can be written another way."""
    places = Place.objects.of_programme(request.programme).names_of([wanted["postcode"]])
    row = Campaign(**wanted)
    words = who_words(row, places)
    facts = []
    if row.languages:
        facts.append(_("speak %(languages)s") % {"languages": get_text_list(row.language_names, _("and"))})
    if row.postcode:
        facts.append(_("live near %(place)s") % {"place": _place(row, places)})
    if row.available:
        facts.append(_("are free on %(times)s") % {"times": get_text_list(row.available_words, _("and"))})
    if row.support_kind in OFFER_WORDS:
        facts.append(str(OFFER_WORDS[row.support_kind]))
    who = capfirst(str(GENDER_WORDS.get(row.gender, _("people"))))
    name = _("Peer supporters: %(who)s") % {"who": ", ".join(words)} if words else _("Peer supporters")
    segment = _("%(who)s who %(facts)s.") % {"who": who, "facts": get_text_list(facts, _("and"))} if facts else ""
    return {"name": name[:100], "segment": segment}


def days_words(campaign: Campaign) -> str:
    """“3 Mar 2026 – 1 May 2026”."""
    first = date_format(campaign.starts_on, "j M Y")
    if not campaign.ends_on:
        return _("from %(day)s") % {"day": first}
    return f"{first} – {date_format(campaign.ends_on, 'j M Y')}"


def found_by(campaign: Campaign) -> int:
    """How many of those it looks for are there now: in training or certified, or registered for support."""
    numbers: Any = campaign
    if campaign.purpose == CampaignPurpose.PARTICIPANTS:
        return int(numbers.asked)
    return int(numbers.learning + numbers.supporting)


def found_words(campaign: Campaign) -> str:
    """“2 of 3”; nothing for a campaign that looks for nobody in particular."""
    if not campaign.wanted:
        return ""
    return _("%(found)s of %(wanted)s") % {"found": found_by(campaign), "wanted": campaign.wanted}


def shown_campaigns(rows: Iterable[Campaign], request: MemberRequest) -> list[ShownCampaign]:
    """The rows of one page of the list; the names of all places come in one query."""
    rows = list(rows)
    places = Place.objects.of_programme(request.programme).names_of([row.postcode for row in rows])
    return [_shown(row, request.today, places) for row in rows]


def _shown(row: Campaign, today: date, places: Mapping[str, str]) -> ShownCampaign:
    look = state_look(row, today)
    return ShownCampaign(
        row=row,
        state=look["label"],
        tone=look["tone"],
        icon=look["icon"],
        who=", ".join(who_words(row, places)),
        days=days_words(row),
        found=found_words(row),
    )


def answers_of(campaign: Campaign) -> list[dict[str, Any]]:
    """The plan held against the eight questions: filled in, begun (with what is still empty), or still empty."""
    answers = []
    for title, question, parts in CRITERIA:
        empty = [name for name in parts if not getattr(campaign, name)]
        labels = [str(Campaign._meta.get_field(name).verbose_name) for name in empty]  # type: ignore[union-attr]  # columns
        if not empty:
            look = {"said": _("filled in"), "tone": "good", "icon": "check-circle-fill"}
        elif len(empty) < len(parts):
            said = _("begun; still empty: %(parts)s") % {"parts": ", ".join(labels)}
            look = {"said": said, "tone": "warm", "icon": "circle-half"}
        else:
            look = {"said": _("still empty"), "tone": "quiet", "icon": "circle"}
        answers.append({"title": title, "question": question, "whole": not empty, **look})
    return answers


def plan_of(campaign: Campaign, parts: Iterable[str]) -> list[dict[str, Any]]:
    """The parts of the plan that say something."""
    labels = {name: capfirst(str(Campaign._meta.get_field(name).verbose_name)) for name in parts}  # type: ignore[union-attr]  # columns
    return [
        {"label": label, "text": getattr(campaign, name)} for name, label in labels.items() if getattr(campaign, name)
    ]


def campaign_shown(campaign: Campaign, request: MemberRequest) -> dict[str, Any]:
    """Everything the page of one campaign shows beside the row itself."""
    places = Place.objects.of_programme(request.programme).names_of([campaign.postcode])
    answers = answers_of(campaign)
    return {
        "look": state_look(campaign, request.today),
        "days": days_words(campaign),
        "can_close": campaign.can_close(request.today),
        "who": who_words(campaign, places),
        "place": _place(campaign, places),
        "spoken": campaign.language_names,
        "found": found_by(campaign),
        "found_words": _found_sentence(campaign),
        "numbers": numbers_of(campaign, request),
        "answers": answers,
        "answered": sum(one["whole"] for one in answers),
        "ways": ways_of(request, campaign),
        "events": _events(campaign, request),
        "cost": _money(campaign.cost),
    }


def _found_sentence(campaign: Campaign) -> str:
    if not campaign.wanted:
        return ""
    return _("Looked for: %(wanted)s. Found: %(found)s.") % {
        "wanted": campaign.wanted,
        "found": found_by(campaign),
    }


def numbers_of(campaign: Campaign, request: MemberRequest) -> list[dict[str, Any]]:
    """What came in, each number with its basis; the list behind it only for those who keep the files."""
    row: Any = campaign
    reads = request.member.may(Permission.PEOPLE_VIEW)
    cards = []
    if campaign.purpose != CampaignPurpose.PARTICIPANTS or row.applied:
        mine = f"{reverse('recruitment:applications', args=[request.programme.slug])}?{urlencode({'campaign': row.pk})}"
        waits = ngettext("%(n)s without a decision", "%(n)s without a decision", row.deciding) % {"n": row.deciding}
        accepted = ngettext("of %(n)s who applied", "of %(n)s who applied", row.applied) % {"n": row.applied}
        learning = ngettext("and %(n)s in training", "and %(n)s in training", row.learning) % {"n": row.learning}
        cards += [
            {"value": row.applied, "label": _("applied"), "basis": waits, "url": mine if reads else ""},
            {"value": row.selected, "label": _("accepted for training"), "basis": accepted, "url": ""},
            {"value": row.supporting, "label": _("peer supporters now"), "basis": learning, "url": ""},
        ]
    if campaign.purpose == CampaignPurpose.PARTICIPANTS or row.asked:
        now = ngettext("%(n)s supported now", "%(n)s supported now", row.supported) % {"n": row.supported}
        cards.append({"value": row.asked, "label": _("asked for support"), "basis": now, "url": ""})
    return [*cards, *_cost_card(campaign)]


def _cost_card(campaign: Campaign) -> list[dict[str, Any]]:
    """What one of those it looked for cost, as soon as there is one."""
    row: Any = campaign
    if campaign.cost is None:
        return []
    for_support = campaign.purpose == CampaignPurpose.PARTICIPANTS
    people, label = (
        (row.asked, _("for each who asked")) if for_support else (row.supporting, _("for each peer supporter"))
    )
    if not people:
        return [{"value": _money(campaign.cost), "label": _("cost so far"), "basis": _("nobody found yet"), "url": ""}]
    basis = _("%(cost)s for %(people)s") % {"cost": _money(campaign.cost), "people": people}
    return [{"value": _money(campaign.cost / people), "label": label, "basis": basis, "url": ""}]


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else number_format(amount, 2, force_grouping=True)


def ways_of(request: MemberRequest, campaign: Campaign | None = None) -> list[dict[str, Any]]:
    """Through what people found us, of one campaign or of all who applied: how many, and what became of them."""
    seen = Application.objects.visible_to(request.member)
    found = seen.filter(campaign=campaign) if campaign else seen
    return [one | {"label": Channel(one["channel"]).label} for one in found.count_by_channel()]


def _events(campaign: Campaign, request: MemberRequest) -> list[dict[str, Any]]:
    """What happened to it, newest first, for the timeline."""
    changes = StateChange.objects.visible_to(request.member).of(campaign).select_related("by")
    words = {
        ("", "open"): (_("Written down"), "info", "pencil"),
        ("closed", "open"): (_("Opened again"), "info", "arrow-counterclockwise"),
        ("open", "closed"): (_("Closed"), "quiet", "archive"),
    }
    events = []
    for change in changes:
        title, tone, icon = words.get((change.before, change.after), (_("Corrected"), "quiet", "pencil"))
        events.append({
            "on": date_format(local_date(change.at, request.programme.timezone), "l j F Y"),
            "title": title, "tone": tone, "icon": icon,
            "text": "" if change.reason == campaign.outcome else change.reason,
            "by": change.by.full_name if change.by else "",
        })  # fmt: skip
    return events
