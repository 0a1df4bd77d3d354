from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from peerhub.lib import constraints
from peerhub.people.choices import Gender, Language
from peerhub.people.models.login import User
from peerhub.people.querysets import PersonQuerySet


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
    languages_little = ArrayField(
        models.CharField(max_length=8, choices=Language),
        verbose_name=_("of these, only a little"),
        default=list,
        blank=True,
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
        sensitive = ("gender", "languages", "languages_little")
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
