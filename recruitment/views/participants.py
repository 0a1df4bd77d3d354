from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from peerhub.lib.sheets import as_csv
from peerhub.people.choices import ConsentPurpose, Reading
from peerhub.people.consent import may
from programmes.access import MemberRequest, attempt, looked_at, page
from programmes.permissions import Permission
from recruitment.choices import ParticipantStatus
from recruitment.consent_page import ask_url, next_url, stand_rows
from recruitment.forms.people import FirstContactForm, ParticipantForm
from recruitment.models import Participant
from recruitment.querysets import ParticipantQuerySet
from recruitment.services import add_participant, save_participant
from recruitment.views.lists import language_select, list_page, select, status_chips
from recruitment.views.shown import about, days_words, short_days, shown_rows, waited, week


def _found(request: MemberRequest) -> ParticipantQuerySet:
    """The participants that the address asks for, in the order it asks for."""
    asked = request.GET.get
    found = Participant.objects.visible_to(request.member).select_related("person").with_file(request.today)
    found = found.with_last_visit().named(request.finding.words)
    found = found.speaking(asked("language", ""))
    if asked("wish"):
        found = found.with_open_file(request.today).wishing(asked("wish", ""))
    if asked("status") in ParticipantStatus.values:
        found = found.filter(status=asked("status"))
    if asked("sort") == "name":
        return found.order_by("person__first_name", "person__last_name", "pk")
    return found.order_by("-registered_on", "-pk") if asked("sort") == "newest" else found.longest_waiting_first()


def _one(request: MemberRequest, pk: int) -> Participant:
    seen = Participant.objects.visible_to(request.member).select_related("person", "programme", "campaign")
    return get_object_or_404(seen.with_file(request.today), pk=pk)


def _selects(request: MemberRequest) -> list[dict[str, Any]]:
    spoken = Participant.objects.visible_to(request.member).languages_spoken()
    wishes = [("", _("all")), ("woman", _("by a woman")), ("man", _("by a man"))]
    wishes += [("older", _("somebody older")), ("younger", _("somebody younger")), ("none", _("no wish"))]
    orders = [("", _("waiting longest")), ("newest", _("newest")), ("name", _("name"))]
    return [
        language_select(request, spoken),
        select(request, "wish", _("Wish"), wishes),
        select(request, "sort", _("Order"), orders),
    ]


@page(Permission.PEOPLE_VIEW)
def participants(request: MemberRequest) -> HttpResponse:
    """Everybody who asked for support, those on the waiting list first."""
    counts = Participant.objects.visible_to(request.member).count_by_status()
    chips = status_chips(request, dict(ParticipantStatus.choices), counts)
    context = list_page(request, _found(request), chips=chips, selects=_selects(request))
    context["rows"] = shown_rows(context["page_obj"], request)
    looked_at(request, *(shown.person.pk for shown in context["rows"]))
    return render(request, "recruitment/participants.html", context)


@page(Permission.PEOPLE_EXPORT, fresh=True)
def participants_export(request: MemberRequest) -> HttpResponse:
    """The list as it is filtered, all pages, for a spreadsheet."""
    header = [_("Name"), _("Languages"), _("Place"), _("Registered on"), _("Days waiting"), _("Status")]
    header += [_("Asks for help with"), _("Last visit held")]
    shown_all = shown_rows(_found(request), request)
    looked_at(request, *(shown.person.pk for shown in shown_all), kind=Reading.EXPORT)
    rows = (
        [
            shown.person.full_name,
            shown.languages,
            shown.place,
            shown.row.registered_on.isoformat(),
            waited(shown.row, request.today),
            shown.row.get_status_display(),
            shown.row.file.request_for_help or "",
            shown.last_visit_on.isoformat() if shown.last_visit_on else "",
        ]
        for shown in shown_all
    )
    return as_csv(f"participants-{request.programme.slug}-{request.today}", header, rows)


@page(Permission.PEOPLE_VIEW)
def participant(request: MemberRequest, pk: int) -> HttpResponse:
    """One participant: who, where it stands, what comes next, what happened."""
    row = _one(request, pk)
    context = about(row, request) | {"participant": row, "week": week(row), "days": short_days()}
    looked_at(request, row.person_id)
    context["waited"] = days_words(waited(row, request.today))
    context["consents"] = stand_rows(row.person, request)
    context["ask_url"] = ask_url(row.person, ConsentPurpose.SUPPORT, request)
    context["agreed"] = may(row.person_id, ConsentPurpose.SUPPORT, today=request.today)
    return render(request, "recruitment/participant.html", context)


@page(Permission.PEOPLE_EDIT)
def participant_new(request: MemberRequest) -> HttpResponse:
    """Somebody asks for support."""
    whose: dict[str, Any] = {"programme": request.programme, "today": request.today, "member": request.member}
    form = FirstContactForm(request.POST or None, **whose)
    deed = {"programme": request.programme, "by": request.member, "now": timezone.now()}
    if request.method == "POST" and (made := attempt(form, add_participant, **deed)):
        words = _("%(name)s is on the waiting list. Read the text about the file together, then write the rest down.")
        messages.success(request, words % {"name": made.person.full_name})
        return redirect(next_url(made.person, request, after=""))
    return render(request, "recruitment/participant_new.html", {"form": form})


@page(Permission.PEOPLE_EDIT)
def participant_edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Correct what is written about a participant."""
    row = _one(request, pk)
    kind = ParticipantForm if row.file_open else FirstContactForm
    whose: dict[str, Any] = {"programme": request.programme, "today": request.today, "member": request.member}
    form = kind(request.POST or None, row=row, **whose)
    deed = {"participant": row, "by": request.member, "now": timezone.now()}
    if request.method == "POST" and attempt(form, save_participant, **deed):
        messages.success(request, _("Saved."))
        return redirect("recruitment:participant", request.programme.slug, row.pk)
    looked_at(request, row.person_id)
    return render(request, "recruitment/participant_edit.html", {"form": form, "participant": row})
