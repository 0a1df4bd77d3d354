"""Pages of the import: upload, check, result, and the two workbooks that go out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from peerhub.lib.dates import local_date
from peerhub.lib.sheets import XLSX, download
from programmes.access import MemberRequest, attempt, page
from programmes.permissions import Permission
from recruitment.choices import ImportStatus
from recruitment.forms.importing import MappingForm, UploadForm
from recruitment.importing.comparing import GOOD, STATUSES
from recruitment.importing.headings import FIELDS, PARTICIPANT, ROLES, SUPPORTER
from recruitment.importing.writing import template_book
from recruitment.models import ImportBatch
from recruitment.services.importing import (
    apply_import,
    correct_import,
    preview,
    read_upload,
    refused_workbook,
    undo_import,
)
from recruitment.views.lists import address, status_chips

PER_PAGE = 50
LABELS = {
    "new": pgettext_lazy("row of an import", "new"),
    "update": gettext_lazy("update"),
    "same_person": gettext_lazy("one more role"),
    "duplicate": gettext_lazy("duplicate"),
    "refused": gettext_lazy("refused"),
    "empty": gettext_lazy("empty"),
}
ROLE_WORDS = {SUPPORTER: gettext_lazy("peer supporter"), PARTICIPANT: gettext_lazy("participant")}
LOOKS = {
    "new": ("good", "person-plus"),
    "update": ("info", "pencil"),
    "same_person": ("info", "person-check"),
    "duplicate": ("warm", "copy"),
    "refused": ("danger", "x-circle"),
    "empty": ("quiet", "dash-circle"),
    ImportStatus.UPLOADED: ("warm", "hourglass-split"),
    ImportStatus.APPLIED: ("good", "check-circle"),
    ImportStatus.UNDONE: ("quiet", "arrow-counterclockwise"),
}


def _good(outcome: Mapping[str, Any]) -> int:
    return sum(outcome.get("counts", {}).get(status, 0) for status in GOOD)


def _batch(request: MemberRequest, key: UUID) -> ImportBatch:
    mine = ImportBatch.objects.visible_to(request.member).select_related("programme", "uploaded_by")
    return get_object_or_404(mine, key=key)


def _shown_batch(batch: Any) -> dict[str, Any]:
    tone, icon = LOOKS[batch.status]
    return {"batch": batch, "tone": tone, "icon": icon, "good": batch.good, "refused": batch.refused}


def _shown_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """One judged row in words."""
    tone, icon = LOOKS[row["status"]]
    return {
        **row,
        "tone": tone,
        "icon": icon,
        "label": capfirst(str(LABELS[row["status"]])),
        "role": capfirst(str(ROLE_WORDS.get(row["role"], ""))),
        "repaired": [
            {"column": column, "before": pair[0], "after": pair[1]} for column, pair in row["repaired"].items()
        ],
    }


def _rows_context(request: MemberRequest, outcome: Mapping[str, Any], *, only: str = "") -> dict[str, Any]:
    """The rows that the address asks for, a page at a time, and a chip for each kind."""
    status = request.GET.get("status", "") or only
    rows = [row for row in outcome.get("rows", []) if status in ("", row["status"])]
    page_obj = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    counts = {name: outcome.get("counts", {}).get(name, 0) for name in STATUSES}
    return {
        "chips": status_chips(request, {name: LABELS[name] for name in STATUSES if counts[name]}, counts),
        "page_obj": page_obj,
        "rows": [_shown_row(row) for row in page_obj],
        "querystring": address(request),
        "counts": counts,
        "good": _good(outcome),
        "left_out": outcome.get("left_out", []),
        "to_fix": sum(row["to_fix"] for row in outcome.get("rows", [])),
    }


@page(Permission.PEOPLE_IMPORT)
def imports(request: MemberRequest) -> HttpResponse:
    """Upload a workbook of people, and the imports there have been."""
    language = request.programme.language
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*posted, language=language)
    now = timezone.now()
    batch = attempt(form, read_upload, programme=request.programme, by=request.member, now=now) if posted else None
    if batch:
        preview(batch, now=now)
        return redirect("recruitment:import_check", request.programme.slug, batch.key)
    found = ImportBatch.objects.visible_to(request.member).with_figures().select_related("uploaded_by")
    page_obj = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page_obj, "rows": [_shown_batch(one) for one in page_obj]}
    return render(request, "recruitment/imports.html", context)


@page(Permission.PEOPLE_IMPORT)
def import_template(request: MemberRequest) -> HttpResponse:
    """An empty workbook with the headings that are understood."""
    return download(template_book(request.programme.language), "peerhub-import.xlsx", XLSX)


@page(Permission.PEOPLE_IMPORT)
def import_check(request: MemberRequest, key: UUID) -> HttpResponse:
    """What the columns mean and what would become of each row; nobody is made before the button is pressed."""
    batch, now = _batch(request, key), timezone.now()
    if request.method == "POST" and "apply" in request.POST:
        outcome = apply_import(batch, by=request.member, now=now)
        messages.success(request, _imported(_good(outcome)))
    if batch.status != ImportStatus.UPLOADED:
        return redirect("recruitment:import_done", request.programme.slug, batch.key)
    form = MappingForm(request.POST or None, batch=batch, roles=ROLES, fields=FIELDS)
    if request.method == "POST" and form.is_valid():
        correct_import(batch, **form.cleaned_data, now=now)
        messages.info(request, _("Checked again with your changes."))
        return redirect("recruitment:import_check", request.programme.slug, batch.key)
    context = {"batch": batch, "form": form, **_rows_context(request, batch.outcome)}
    return render(request, "recruitment/import_check.html", context)


def _imported(good: int) -> str:
    sentence = ngettext("%(count)s person is imported.", "%(count)s people are imported.", good) % {"count": good}
    return f"{sentence} {_('Nobody got a message.')}"


@page(Permission.PEOPLE_IMPORT)
def import_done(request: MemberRequest, key: UUID) -> HttpResponse:
    """What an import did, with the way back."""
    batch = _batch(request, key)
    if request.method == "POST":
        taken = undo_import(batch, by=request.member, now=timezone.now())
        messages.success(request, _undone(taken))
        return redirect("recruitment:import_done", request.programme.slug, batch.key)
    if batch.status == ImportStatus.UPLOADED:
        return redirect("recruitment:import_check", request.programme.slug, batch.key)
    context = {"batch": batch, **_rows_context(request, batch.outcome)}
    tone, icon = LOOKS[batch.status]
    return render(request, "recruitment/import_done.html", {**context, "tone": tone, "icon": icon})


def _undone(taken: Mapping[str, int]) -> str:
    sentences = [
        ngettext("%(count)s person is taken out again.", "%(count)s people are taken out again.", taken["people"])
        % {"count": taken["people"]}
    ]
    if taken["restored"]:
        sentences.append(_("What was changed about others is back as it was."))
    if taken["kept"]:
        sentences.append(_("What somebody changed since then stays: %(count)s fields.") % {"count": taken["kept"]})
    return " ".join(sentences)


@page(Permission.PEOPLE_IMPORT, fresh=True)
def import_refused(request: MemberRequest, key: UUID) -> HttpResponse:
    """The rows that were not taken, with the reason, to correct and upload again."""
    batch = _batch(request, key)
    day = local_date(
        batch.uploaded_at, request.programme.timezone
    ).isoformat()  # not the name of her file: it may name somebody
    return download(refused_workbook(batch), f"import-{day}-refused.xlsx", XLSX)
