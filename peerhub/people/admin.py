from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.utils.translation import gettext_lazy as _

from peerhub.people.models import User


@admin.register(User)
class UserAdmin(DjangoUserAdmin):  # type: ignore[type-arg]  # generic only for the type checker
    """Log-ins: let somebody in, or lock a log-in."""

    ordering = ("email",)
    list_display = ("email", "is_active", "is_staff", "last_login", "invited_until")
    search_fields = ("email",)
    fieldsets = (
        (None, {"fields": ("email", "password", "language")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "password1", "password2")}),)
