from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Lower, Now
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from peerhub.lib import constraints
from peerhub.people.choices import Gender, Language, Reading
from peerhub.people.querysets import DraftQuerySet, HistoryQuerySet, LookQuerySet, PersonQuerySet, StateChangeQuerySet

MOST_TYPED = 20_000  # bytes of a draft
MOST_SEALED = 27_000  # characters of the same draft, sealed


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


class Person(models.Model):
    """Somebody the programme knows: one row, whatever roles she holds over time."""

    programme_id = models.BigIntegerField(_("programme"), editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="people")
    first_name = models.CharField(_("first name"), max_length=100)
    last_name = models.CharField(_("last name"), max_length=100, blank=True, default="")
    email = models.EmailField(_("e-mail address"), blank=True, default="")
    phone = models.CharField(_("phone"), max_length=32, blank=True, default="")
    born_on = models.DateField(_("date of birth"), null=True, blank=True)
    gender = models.CharField(_("gender"), max_length=8, choices=Gender, blank=True, default="")
    languages = ArrayField(
        models.CharField(max_length=8, choices=Language), verbose_name=_("languages"), default=list, blank=True
    )
    postcode = models.CharField(_("postcode"), max_length=12, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["first_name", "last_name", "pk"]
        indexes = [
            models.Index("programme_id", Lower("email"), name="person_email"),
            models.Index(fields=["programme_id", "first_name", "last_name"], name="person_name"),
        ]
        constraints = [
            constraints.one_of("gender", Gender, "person_gender_known"),
            models.CheckConstraint(
                condition=~Q(first_name=""),
                name="person_has_first_name",
                violation_error_message=_("A person needs a first name."),
            ),
            models.UniqueConstraint(
                fields=["programme_id", "user"],
                name="person_once_per_login",
                violation_error_message=_("This log-in already belongs to somebody in the programme."),
            ),
        ]

    class Privacy:
        personal = ("user", "first_name", "last_name", "email", "phone", "born_on", "postcode")
        sensitive = ("gender", "languages")
        plain = ("id", "programme_id", "created_at")

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """First and last name as one would say them."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def initials(self) -> str:
        """Two letters for the round chip beside a name."""
        return (self.first_name[:1] + self.last_name[:1]).upper()

    @property
    def language_names(self) -> list[str]:
        """The languages as words in the reader's language."""
        return [str(Language(code).label) for code in self.languages if code in Language.values]


class StateChange(models.Model):
    """Who moved what from which state to which, when and why. Written by the deed itself, never changed."""

    programme_id = models.BigIntegerField(editable=False)
    subject = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    before = models.CharField(max_length=32, blank=True, default="")
    after = models.CharField(max_length=32)
    reason = models.TextField(blank=True, default="")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = StateChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        indexes = [models.Index(fields=["subject", "subject_id", "-at"], name="change_of_subject")]

    class Privacy:
        personal = ("by",)
        sensitive = ("reason",)
        plain = ("id", "programme_id", "subject", "subject_id", "before", "after", "at")

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}: {self.before} → {self.after}"


class History(models.Model):
    """One row was made, changed or removed: written by triggers of the database, whoever wrote the row and how.

    ``changes`` holds per column what stood there before and after; of sensitive columns only that they changed.
    """

    programme_id = models.BigIntegerField(null=True, editable=False)
    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    kind = models.CharField(max_length=6)
    changes = models.JSONField(default=dict, null=True)
    at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    deed = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")
    tx = models.BigIntegerField()

    objects = HistoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of history")
        verbose_name_plural = _("history")
        indexes = [
            models.Index(fields=["table_name", "row_id"], name="history_of_row"),
            models.Index(fields=["programme_id", "-at"], name="history_of_programme"),
        ]

    class Privacy:
        personal = ("changes", "user_id", "person_id")
        sensitive = ("reason",)
        plain = ("id", "programme_id", "table_name", "row_id", "kind", "at", "deed", "tx")

    def __str__(self) -> str:
        return f"{self.kind} {self.table_name} {self.row_id}"


class Look(models.Model):
    """Somebody looked at what is kept about a person. Written in the request that showed it, never changed."""

    programme_id = models.BigIntegerField(editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="looks", verbose_name=_("about"))
    kind = models.CharField(_("looked at"), max_length=12, choices=Reading)
    subject = models.CharField(max_length=60, blank=True, default="", help_text=_("which row, as “visit:12”"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    by_user_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=200, blank=True, default="", help_text=_("as it was then"))
    deed = models.CharField(max_length=80, blank=True, default="")
    reason = models.TextField(_("reason"), blank=True, default="")
    at = models.DateTimeField()

    objects = LookQuerySet.as_manager()

    class Meta:
        verbose_name = _("look")
        verbose_name_plural = _("looks")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["person", "-at"], name="look_at_person"),
            models.Index(fields=["programme_id", "-at"], name="look_in_programme"),
        ]
        constraints = [constraints.one_of("kind", Reading, "look_kind_known")]

    class Privacy:
        personal = ("person", "by", "by_user_id", "by_name")
        sensitive = ("reason",)
        plain = ("id", "programme_id", "kind", "subject", "deed", "at")

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id} at {self.at}"


class Draft(models.Model):
    """What somebody typed into a form and has not sent. Only she reads it again; sealed, and gone after a week."""

    programme_id = models.BigIntegerField(editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=60)
    ciphertext = models.TextField()
    updated_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        indexes = [models.Index(fields=["updated_at"], name="draft_age")]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="draft_once"),
            models.CheckConstraint(
                condition=~Q(key=""),
                name="draft_has_key",
                violation_error_message=_("A draft says which form it belongs to."),
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("ciphertext"), MOST_SEALED),
                name="draft_size_range",
                violation_error_message=_("This text is too long to be kept while you type."),
            ),
        ]

    class Privacy:
        personal = ("person",)
        sensitive = ("ciphertext",)
        plain = ("id", "programme_id", "key", "updated_at")

    def __str__(self) -> str:
        return self.key

    @property
    def place(self) -> str:
        """What the text is sealed to: this form of this person."""
        return f"draft:{self.person_id}:{self.key}"
