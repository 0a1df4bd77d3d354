"""What administrators do: organisations, programmes with their first coordinator, places. Nobody's file is here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerhub.lib import walls
from peerhub.lib.errors import Refused
from programmes.choices import Role
from programmes.models import Membership, Organisation, Place, Programme
from programmes.services import add_team_member, end_role


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's own is no generic when it runs
    """Who runs programmes."""

    search_fields = ("name",)


class ProgrammeForm(forms.ModelForm):  # type: ignore[type-arg]  # the same
    """A programme, and somebody who coordinates it from now on."""

    coordinator_first_name = forms.CharField(label=gettext_lazy("First name"), max_length=100, required=False)
    coordinator_last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=100, required=False)
    coordinator_email = forms.EmailField(label=gettext_lazy("E-mail address"), required=False)

    class Meta:  # noqa: D106  # Django's own
        model = Programme
        fields = "__all__"  # noqa: DJ007  # an administrator sets all of a programme

    def clean(self) -> dict[str, Any]:
        """A new programme has a coordinator; a coordinator has a name and an address."""
        cleaned = super().clean() or self.cleaned_data
        given = bool(cleaned.get("coordinator_first_name")), bool(cleaned.get("coordinator_email"))
        if self.instance.pk is None and not all(given):
            self.add_error(
                "coordinator_email", _("A programme needs a coordinator: give a name and an e-mail address.")
            )
        elif any(given) and not all(given):
            self.add_error("coordinator_email", _("Give both the first name and the e-mail address."))
        return cleaned


@admin.register(Programme)
class ProgrammeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's own is no generic when it runs
    """Programmes; the rest of their team is added on their own team page."""

    form = ProgrammeForm
    list_display = ("name", "organisation", "slug", "language", "timezone")
    list_select_related = ("organisation",)
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("organisation", "name", "slug", "target_group", "language", "timezone", "phone_region")}),
        (
            gettext_lazy("Add a coordinator"),
            {"fields": ("coordinator_first_name", "coordinator_last_name", "coordinator_email")},
        ),
        (
            gettext_lazy("Rules"),
            {
                "fields": (
                    *("min_age", "max_age", "max_matches", "ladder", "phase_months", "review_lead_days"),
                    *("hold_weeks", "grace_days", "min_weekly_months", "after_missed_days", "clock_stops"),
                    *("max_pause_days", "resume_after_days", "resume_visits", "extension_months"),
                    *("reminder_lead_days", "suppress_below"),
                )
            },
        ),
    )

    def save_model(self, request: HttpRequest, obj: Programme, form: Any, change: bool) -> None:
        """Save the programme and give the named person the role."""
        super().save_model(request, obj, form, change)
        if not change:
            walls.also(obj.pk)
        typed = form.cleaned_data
        if not typed["coordinator_email"]:
            return
        try:
            add_team_member(
                programme=obj,
                first_name=typed["coordinator_first_name"],
                last_name=typed["coordinator_last_name"],
                email=typed["coordinator_email"],
                role=Role.COORDINATOR,
                by=None,
                now=timezone.now(),
            )
        except Refused as refusal:
            messages.error(request, str(refusal))


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's own is no generic when it runs
    """The teams of all programmes, to look at and to end a role. Peer supporters are not listed here."""

    list_display = ("person", "role", "programme", "starts_on", "ends_on")
    list_filter = ("programme", "role")
    list_select_related = ("person", "programme")
    actions = ("end_roles",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """Team members only."""
        return super().get_queryset(request).exclude(role=Role.PEER_SUPPORTER)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Roles are given on the page of the programme."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        """A role is ended, never deleted."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> tuple[str, ...]:
        """Nothing is typed over."""
        return ("programme", "person", "role", "starts_on", "ends_on")

    @admin.action(description=gettext_lazy("End these roles today"))
    def end_roles(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        """End each of them; a last coordinator stays, with the reason."""
        for membership in queryset:
            try:
                end_role(membership=membership, by=None, now=timezone.now())
            except Refused as refusal:
                messages.error(request, f"{membership.person.full_name}: {refusal}")


@admin.register(Place)
class PlaceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's own is no generic when it runs
    """Postcode areas with coordinates."""

    list_display = ("postcode", "name", "organisation")
    list_select_related = ("organisation",)
    search_fields = ("postcode", "name")
