from django.db import models
from django.utils.translation import gettext_lazy as _


class Wave(models.TextChoices):
    """When a questionnaire was answered."""

    START = "start", _("at the start")
    MIDDLE = "middle", _("half-way")
    END = "end", _("at the end")


class ReportStatus(models.TextChoices):
    """How far a report's PDF is. Its figures are frozen from the first moment."""

    PENDING = "pending", _("being made")
    READY = "ready", _("ready")
    FAILED = "failed", _("could not be made")


REPORT_MOVES = {ReportStatus.PENDING: (ReportStatus.READY, ReportStatus.FAILED)}


class Audience(models.TextChoices):
    """Who reads a report; it decides what stands in it."""

    FUNDER = "funder", _("funder")


class Phase(models.TextChoices):
    """The four chapters of what a programme can say about itself (MAPE)."""

    INPUT = "input", _("What was put in")
    THROUGHPUT = "throughput", _("How the work was done")
    OUTPUT = "output", _("What was delivered")
    OUTCOME = "outcome", _("What changed for people")
