"""What the pages about pairs show that somebody decided about: rows with names, counts, and what a decision means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.choices import MarkKind
from matching.models import PairMark
from matching.querysets import PairMarkQuerySet
from matching.whence import BOARD, PERSON, RUN, person_url, sent_with
from programmes.access import MemberRequest
from recruitment.models import Participant

TONES = {
    MarkKind.LOCKED: ("good", "lock"),
    MarkKind.FORBIDDEN: ("warm", "dash-circle"),
    MarkKind.CONFLICT: ("danger", "exclamation-octagon"),
}
CONSEQUENCES = {
    MarkKind.LOCKED: gettext_lazy(
        "Every search puts these two together before it looks at anybody else, as long as there is a free place. "
        "Languages, times and distance are set aside for them; wishes and safety are not. Nobody else is proposed to "
        "the participant."
    ),
    MarkKind.FORBIDDEN: gettext_lazy("No search puts these two together, and they cannot be proposed by hand."),
    MarkKind.CONFLICT: gettext_lazy(
        "These two are never put together, whichever of them supports, and they cannot be proposed by hand."
    ),
}


def mark_rows(request: MemberRequest, marks: Iterable[PairMark]) -> list[dict[str, Any]]:
    """A mark a row: who, what, why, and who decided and lifted it when."""
    return [
        {
            "mark": mark,
            "people": (mark.supporter_person_id, mark.participant_person_id),
            "tone": TONES[MarkKind(mark.kind)][0],
            "icon": TONES[MarkKind(mark.kind)][1],
            "url": reverse("matching:mark_lift", args=[request.programme.slug, mark.pk]),
        }
        for mark in marks
    ]


def chips_of(request: MemberRequest, everything: PairMarkQuerySet, show: str) -> tuple[list[dict[str, Any]], str]:
    """The filters with their counts, and the address's filters for the pager."""
    stand, whole = everything.standing().count(), everything.count()
    key = {"find": request.finding.key} if request.finding.key else {}
    entries = (("", _("Hold now"), stand), ("lifted", _("Lifted"), whole - stand), ("all", _("All"), whole))
    chips = [
        {
            "label": label,
            "count": count,
            "active": show == value,
            "url": f"?{urlencode(key | ({'show': value} if value else {}))}",
        }
        for value, label, count in entries
    ]
    return chips, urlencode(key | ({"show": show} if show else {}))


def asked_of(request: MemberRequest) -> dict[str, str]:
    """What a link names already: the two people, and what is to be decided."""
    asked = {name: request.GET.get(name, "") for name in ("supporter", "participant", "kind")}
    return asked if asked["kind"] in MarkKind.values else asked | {"kind": ""}


def back_of(request: MemberRequest) -> dict[str, Any]:
    """Where the page about two people leads back to: somebody's candidates, where she came from there, or the list."""
    sent = sent_with(request)
    person = str(sent.get(PERSON, ""))
    theirs = Participant.objects.visible_to(request.member).select_related("person")
    chosen = theirs.filter(pk=person).first() if RUN.fullmatch(person) else None
    if chosen is None:
        return {"back_url": reverse("matching:marks", args=[request.programme.slug]), "carried": []}
    label = _("Candidates for %(name)s") % {"name": chosen.person.full_name}
    fields = [{"name": name, "value": sent[name]} for name in (PERSON, BOARD) if sent.get(name)]
    return {"back_url": person_url(request, chosen.pk, in_one=True), "back_label": label, "carried": fields}


def chosen_of(form: Form) -> dict[str, Any]:
    """What somebody is about to decide, in words, and everything that was typed, to send it once more."""
    given = form.cleaned_data
    return {
        "supporter": given["supporter_person"].full_name,
        "participant": given["participant_person"].full_name,
        "kind": MarkKind(given["kind"]).label,
        "means": CONSEQUENCES[MarkKind(given["kind"])],
        "because": dict(form.fields["reason"].choices)[given["reason"]],  # type: ignore[attr-defined]  # a ChoiceField
        "words": given["words"],
        "kept": [{"name": name, "value": form[name].value() or ""} for name in form.fields],
    }
