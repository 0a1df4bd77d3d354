"""The administrator's pages: as Django makes them, but what is typed into a search box never stands in an address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from peerhub.lib.finding import KEY, finding_of, is_search, to_found


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


class Site(AdminSite):
    """Every list of every app, also of allauth's, searches that way."""

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register, with the search by post mixed in."""
        chosen = admin_class or ModelAdmin
        mixed = type(chosen.__name__, (FindingAdmin, chosen), {"__module__": chosen.__module__})
        models: Iterable[Any] = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        for model in models:
            super().register(model, mixed, **options)
