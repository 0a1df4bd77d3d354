from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes log-ins; the address is kept in lower case so that nobody is refused for a capital letter."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        """A log-in for this address; without a password only the e-mailed code lets the person in."""
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> User:
        """An administrator, who may enter the Django admin."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **extra})

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a log-in by its address, whatever the capitals."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A log-in: an e-mail address and a way to prove it. Who the person is stands in Person, per programme."""

    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=8, blank=True, default="")
    is_active = models.BooleanField(_("may log in"), default=True)
    is_staff = models.BooleanField(_("administrator"), default=False)
    invited_until = models.DateTimeField(_("invited until"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("log-in")
        verbose_name_plural = _("log-ins")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("There is already a log-in with this e-mail address."),
            ),
        ]

    class Privacy:
        personal = ("email", "last_login")
        sensitive = ("password",)
        plain = (
            *("id", "language", "is_active", "is_staff", "is_superuser", "invited_until", "created_at"),
            *("groups", "user_permissions"),
        )

    def __str__(self) -> str:
        return self.email

    def invitation_has_ended(self, now: datetime) -> bool:
        """Whether this log-in was given for a time that is over, and was never used."""
        return self.last_login is None and self.invited_until is not None and self.invited_until <= now
