from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from peerhub.lib import constraints
from peerhub.people.choices import ConsentAnswer, ConsentMode, ConsentPurpose, GivenBy, Language, Representing
from peerhub.people.models.person import Person
from peerhub.people.querysets import ConsentQuerySet, ConsentTextQuerySet, LegalRepresentativeQuerySet


class ConsentText(models.Model):
    """The words somebody says yes or no to. A version once written never changes; a better one comes after it."""

    programme_id = models.BigIntegerField(editable=False)
    purpose = models.CharField(_("purpose"), max_length=24, choices=ConsentPurpose)
    language = models.CharField(_("language"), max_length=8, choices=Language, default=Language.EN)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    text = models.TextField(_("text"))
    asks_again = models.BooleanField(_("ask everybody again"), default=False)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ConsentTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of consent")
        verbose_name_plural = _("texts of consent")
        ordering = ["purpose", "language", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme_id", "purpose", "language", "version"], name="text_version_once"
            ),
            constraints.one_of("purpose", ConsentPurpose, "text_purpose_known"),
            constraints.one_of("language", Language, "text_language_known"),
            models.CheckConstraint(
                condition=Q(version__gte=1),
                name="text_version_from_one",
                violation_error_message=_("The first version of a text is version 1."),
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="text_says_something",
                violation_error_message=_("Write the text that is read to people."),
            ),
        ]

    class Privacy:
        personal = ("written_by",)
        sensitive = ()
        plain = ("id", "programme_id", "purpose", "language", "version", "text", "asks_again", "written_at")

    def __str__(self) -> str:
        return f"{self.purpose} {self.language} {self.version}"


class LegalRepresentative(models.Model):
    """Who answers together with somebody under age: a parent, a guardian, a service. Only a name and a way to reach."""

    programme_id = models.BigIntegerField(editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="representatives")
    name = models.CharField(_("name"), max_length=200)
    contact = models.CharField(_("phone or e-mail"), max_length=200, blank=True, default="")
    kind = models.CharField(_("answers as"), max_length=16, choices=Representing)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("until"), null=True, blank=True)

    objects = LegalRepresentativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal representative")
        verbose_name_plural = _("legal representatives")
        ordering = ["-from_on", "pk"]
        constraints = [
            constraints.one_of("kind", Representing, "representative_kind_known"),
            constraints.in_order(
                "from_on", "to_on", "representative_days_in_order", _("The last day is after the first.")
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="representative_has_name",
                violation_error_message=_("Write down who the guardian is."),
            ),
        ]

    class Privacy:
        personal = ("person", "name", "contact")
        sensitive = ("kind",)
        plain = ("id", "programme_id", "from_on", "to_on")

    def __str__(self) -> str:
        return self.name


class Consent(models.Model):
    """One answer of one person about one purpose: yes or no, to which words, how, and until when.

    The newest answer that is neither withdrawn nor asked anew is the one that counts. Whether it still counts today is
    worked out (querysets), never stored: what a guardian said counts only while the person is under age.
    """

    programme_id = models.BigIntegerField(editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=24, choices=ConsentPurpose)
    subject = models.CharField(_("which service"), max_length=120, blank=True, default="")
    answer = models.CharField(_("answer"), max_length=4, choices=ConsentAnswer)
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, null=True, blank=True, related_name="consents")
    mode = models.CharField(_("how"), max_length=12, choices=ConsentMode)
    given_on = models.DateField(_("answered on"))
    given_by = models.CharField(_("answered by"), max_length=12, choices=GivenBy, default=GivenBy.SELF)
    representative = models.ForeignKey(
        LegalRepresentative, on_delete=models.PROTECT, null=True, blank=True, related_name="consents"
    )
    assent = models.BooleanField(_("this person agrees too"), null=True, blank=True)
    read_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    witness = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    interpreter = models.CharField(_("interpreter"), max_length=120, blank=True, default="")
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    replaced_on = models.DateField(_("asked anew on"), null=True, blank=True)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_on", "-pk"]
        indexes = [models.Index(fields=["programme_id", "purpose"], name="consent_of_purpose")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose", "subject"],
                condition=Q(withdrawn_on__isnull=True, replaced_on__isnull=True),
                name="consent_answered_once",
                violation_error_message=_("There is an answer about this already."),
            ),
            constraints.one_of("purpose", ConsentPurpose, "consent_purpose_known"),
            constraints.one_of("answer", ConsentAnswer, "consent_answer_known"),
            constraints.one_of("mode", ConsentMode, "consent_mode_known"),
            constraints.one_of("given_by", GivenBy, "consent_giver_known"),
            models.CheckConstraint(
                condition=(Q(purpose=ConsentPurpose.SHARE_WITH_SERVICE) & ~Q(subject=""))
                | (~Q(purpose=ConsentPurpose.SHARE_WITH_SERVICE) & Q(subject="")),
                name="consent_names_service",
                violation_error_message=_("Say which service may be told, one service at a time."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("given_on"), answer=ConsentAnswer.YES),
                name="consent_withdrawn_after_given",
                violation_error_message=_("Only a yes can be taken back, and not before it was given."),
            ),
            models.CheckConstraint(
                condition=Q(replaced_on__isnull=True) | Q(replaced_on__gte=F("given_on"), withdrawn_on__isnull=True),
                name="consent_replaced_after_given",
                violation_error_message=_("It is asked anew after it was answered."),
            ),
            constraints.exactly_when(
                Q(given_by=GivenBy.GUARDIAN),
                ["representative", "assent"],
                "consent_guardian_named",
                _("Say which guardian answers, and what this person says."),
            ),
            models.CheckConstraint(
                condition=~Q(answer=ConsentAnswer.YES) | Q(assent__isnull=True) | Q(assent=True),
                name="consent_needs_assent",
                violation_error_message=_("A guardian's yes counts only together with this person's own."),
            ),
            models.CheckConstraint(
                condition=~Q(mode=ConsentMode.ORAL, answer=ConsentAnswer.YES) | Q(witness__isnull=False),
                name="consent_oral_has_witness",
                violation_error_message=_("Say who heard it: a spoken yes needs a witness."),
            ),
            models.CheckConstraint(
                condition=Q(witness__isnull=True)
                | (~Q(witness=F("person")) & (Q(recorded_by__isnull=True) | ~Q(witness=F("recorded_by")))),
                name="consent_witness_is_another",
                violation_error_message=_("The witness is somebody else than the two who talk."),
            ),
            models.CheckConstraint(
                condition=~Q(mode=ConsentMode.INTERPRETER, answer=ConsentAnswer.YES) | ~Q(interpreter=""),
                name="consent_interpreter_named",
                violation_error_message=_("Say who interpreted."),
            ),
            constraints.exactly_when(
                ~Q(mode=ConsentMode.BEFORE),
                ["text"],
                "consent_knows_its_text",
                _("Say which words were read."),
            ),
        ]

    class Privacy:
        personal = ("person", "representative", "read_by", "witness", "interpreter", "recorded_by")
        sensitive = ("subject",)
        plain = (
            *("id", "programme_id", "purpose", "answer", "text", "mode", "given_on", "given_by", "assent"),
            *("withdrawn_on", "replaced_on", "recorded_at"),
        )

    def __str__(self) -> str:
        return f"{self.purpose} of {self.person_id}: {self.answer}"
