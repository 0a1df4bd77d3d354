"""Sensitive notes about a participant or a peer supporter: read, written, and opened in an emergency."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from peerhub.people.choices import ConsentPurpose
from peerhub.people.consent import may
from peerhub.people.models import Person, SensitiveNote
from peerhub.people.querysets import readable_kinds
from peerhub.people.services import correct_note, open_grant, outline_of, read_note
from programmes.access import MemberRequest, attempt, page
from programmes.permissions import Permission
from programmes.services import open_notes
from recruitment.forms.notes import NoteForm, OpenForm, TextForm
from recruitment.models import Participant
from recruitment.services import note_about
from recruitment.views.shown import file_of


def _person(request: MemberRequest, pk: int) -> Person:
    return get_object_or_404(Person.objects.visible_to(request.member), pk=pk)


def _allowed(request: MemberRequest, person: Person) -> bool:
    """Whether she has said yes to such notes; whoever is no participant is not asked."""
    asked = Participant.objects.visible_to(request.member).filter(person=person).exists()
    return not asked or may(person.pk, ConsentPurpose.RECORD_SENSITIVE, today=request.today)


@page(Permission.NOTE_ASK, fresh=True)
def note(request: MemberRequest, pk: int) -> HttpResponse:
    """One sensitive note and the versions before it. That it was read is written down."""
    found = SensitiveNote.objects.visible_to(request.member).select_related("author", "person")
    row, member, now = get_object_or_404(found, pk=pk), request.member, timezone.now()
    by_right = SensitiveNote.objects.visible_to(member).by_right(member).filter(pk=row.pk).exists()
    may_correct = member.may(Permission.NOTE_WRITE) and by_right
    posted = request.POST if request.method == "POST" and may_correct else None
    form = TextForm(posted)
    if posted and (newer := attempt(form, correct_note, note=row, by=member, now=now)):
        messages.success(request, _("Corrected. The former text stays below it."))
        return redirect("recruitment:note", request.programme.slug, newer.pk)
    versions = read_note(row, by=member, now=now, deed="recruitment:note")
    context = {
        "versions": versions,
        "person": row.person,
        "back_url": file_of(row.person, member, request.programme.slug),
        "newer": row.replaced_by.first(),
        "grant": None if by_right else open_grant(row.person_id, reader=member),
        "form": form if posted else TextForm(initial={"text": versions[0].text}),
        "may_correct": may_correct and not versions[0].missing,
    }
    return render(request, "recruitment/note.html", context)


@page(Permission.NOTE_WRITE)
def note_new(request: MemberRequest, person_id: int) -> HttpResponse:
    """Write a sensitive note about somebody; about a participant who has said yes to it."""
    person, member = _person(request, person_id), request.member
    form = NoteForm(request.POST or None, kinds=readable_kinds(member), initial={"key": uuid4()})
    deed = {"person": person, "today": request.today, "by": member, "now": timezone.now()}
    back_url = file_of(person, member, request.programme.slug)
    if request.method == "POST" and attempt(form, note_about, **deed):
        messages.success(request, _("The note is kept, sealed. This page shows only that it is there."))
        return redirect(back_url)
    context = {"form": form, "person": person, "back_url": back_url, "allowed": _allowed(request, person)}
    return render(request, "recruitment/note_new.html", context)


@page(Permission.NOTE_ASK, fresh=True)
def notes_open(request: MemberRequest, person_id: int) -> HttpResponse:
    """In an emergency: open somebody's sensitive notes for an hour, with a reason that the coordinators read."""
    person, member = _person(request, person_id), request.member
    form = OpenForm(request.POST or None)
    back_url = file_of(person, member, request.programme.slug)
    if request.method == "POST" and attempt(form, open_notes, person=person, by=member, now=timezone.now()):
        messages.success(request, _("Open for an hour. The coordinators are told, with your reason."))
        return redirect(back_url)
    context = {"form": form, "person": person, "back_url": back_url, "notes": outline_of(person, reader=member)}
    return render(request, "recruitment/notes_open.html", context)
