from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person does in a programme. Administrators are no role: they work in the Django admin."""

    COORDINATOR = "coordinator", _("coordinator")
    SUPERVISOR = "supervisor", _("supervisor")
    PROFESSIONAL = "professional", _("professional")
    PEER_SUPPORTER = "peer_supporter", _("peer supporter")
    TRAINER = "trainer", _("trainer")
    EVALUATOR = "evaluator", _("evaluator")
    STEERING_MEMBER = "steering_member", _("steering group member")


class LocaleCode(models.TextChoices):
    """The languages the application speaks."""

    EN = "en", _("English")
    NL = "nl", _("Dutch")
    FR = "fr", _("French")
