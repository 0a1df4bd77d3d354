"""The administrator's pages: as Django makes them, but what is typed into a search box never stands in an address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from peerhub.home.dead_letters import dead_letters, send_again
from peerhub.lib.errors import Refused
from peerhub.lib.finding import KEY, finding_of, is_search, to_found
from peerhub.lib.proof import proof_url, proved_lately
from peerhub.people.models import FEWEST_LETTERS, AccessGrant, User
from programmes.access import attempt
from programmes.models import Programme
from programmes.services import end_opening, open_files


class FoundList(ChangeList):
    """A list of rows, filtered by the words behind the key in the address."""

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        """The filters; the key of the words is none."""
        filters: dict[str, Any] = super().get_filters_params(params)
        filters.pop(KEY, None)
        return filters

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """The rows that the words find."""
        self.query = finding_of(request).words
        return super().get_queryset(request, exclude_parameters)


class FindingAdmin(ModelAdmin):  # type: ignore[type-arg]  # Django's own is no generic when it runs
    """Takes the words of a search by post."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list that knows the kept words."""
        return FoundList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Keep the words that were typed, or show the list."""
        return to_found(request) if is_search(request) else super().changelist_view(request, extra_context)


class OpenFilesForm(forms.Form):
    """Which programme, and why."""

    programme = forms.ModelChoiceField(label=gettext_lazy("Programme"), queryset=Programme.objects.order_by("name"))
    reason = forms.CharField(
        label=gettext_lazy("Why must you see these files?"),
        min_length=FEWEST_LETTERS,
        max_length=1000,
        widget=forms.Textarea({"rows": 4, "cols": 60}),
        help_text=gettext_lazy("In your own words, a sentence at least. The coordinators read it now."),
    )


class Site(AdminSite):
    """Every list of every app, also of allauth's, searches that way; and the files of one programme, for an hour."""

    def get_urls(self) -> list[Any]:
        """Django's own pages, and the one to open files."""
        return [
            path("open/", self.admin_view(self.open_files), name="open_files"),
            path("dead-letters/", self.admin_view(self.dead_letters), name="dead_letters"),
            *super().get_urls(),
        ]

    def dead_letters(self, request: HttpRequest) -> HttpResponse:
        """Messages of all programmes that could not be sent, to look at and to try again."""
        if request.method == "POST":
            done, refused = send_again(request, now=timezone.now())
            said = ngettext("%(n)s message is on its way again.", "%(n)s messages are on their way again.", done)
            messages.success(request, said % {"n": done})
            if refused:
                messages.info(request, _("Some were sent or started anew meanwhile; nothing was changed in those."))
            return redirect("admin:dead_letters")
        rows, total = dead_letters()
        context = {**self.each_context(request), "title": _("Messages that could not be sent"), "rows": rows}
        return render(request, "admin/dead_letters.html", {**context, "total": total})

    def open_files(self, request: HttpRequest) -> HttpResponse:
        """Ask to read the files of one programme for an hour, with a reason, or end that again."""
        user, now = cast("User", request.user), timezone.now()
        if not settings.DEMO and not proved_lately(request):
            return redirect(proof_url(request, back=request.path))
        mine = AccessGrant.objects.filter(by_user=user, person=None)
        if request.method == "POST" and request.POST.get("end", "").isdecimal():
            return _end(request, get_object_or_404(mine, pk=request.POST["end"]))
        form = OpenFilesForm(request.POST or None)
        if request.method == "POST" and attempt(form, open_files, by=user, now=now):
            messages.success(request, _("Open for an hour, to read. The coordinators are told, with your reason."))
            return redirect("recruitment:participants", form.cleaned_data["programme"].slug)
        programmes = {one.pk: one for one in Programme.objects.all()}
        rows = [{"grant": one, "programme": programmes[one.programme_id]} for one in mine.open_now()]
        context = {**self.each_context(request), "title": _("Open the files of a programme"), "form": form}
        return render(request, "admin/open_files.html", {**context, "rows": rows})

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register, with the search by post mixed in."""
        chosen = admin_class or ModelAdmin
        mixed = type(chosen.__name__, (FindingAdmin, chosen), {"__module__": chosen.__module__})
        models: Iterable[Any] = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        for model in models:
            super().register(model, mixed, **options)


def _end(request: HttpRequest, grant: AccessGrant) -> HttpResponse:
    try:
        end_opening(grant, by=cast("User", request.user), now=timezone.now())
        messages.success(request, _("Closed. From now on it opens nothing."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:open_files")
