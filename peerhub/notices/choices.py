from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Why a message is sent. The text of each stands in templates/notices/mail/<kind>.txt."""

    VISIT_REMINDER = "visit_reminder", _("reminder of a visit")
    VISIT_OVERDUE = "visit_overdue", _("a visit is overdue")
    REVIEW_DUE = "review_due", _("a review is due")
    FREQUENCY_CHANGED = "frequency_changed", _("visits become less frequent")
    YEAR_ENDS = "year_ends", _("a year of visits ends")
    PROPOSAL = "proposal", _("a proposal to answer")
    PROPOSAL_REMINDER = "proposal_reminder", _("a proposal still to answer")
    PROPOSAL_EXPIRED = "proposal_expired", _("a proposal ran out")
    CONCERN = "concern", _("a concern was raised")
    NO_CONTACT = "no_contact", _("no visit was held for a while")
    COVER = "cover", _("somebody steps in for a while")
    HELP_ASKED = "help_asked", _("a peer supporter asks for help")
    HELP_ANSWERED = "help_answered", _("an answer to a request for help")
    REPORT_READY = "report_ready", _("a report is ready")
    ACCESS_OPENED = "access_opened", _("emergency access was opened")
    INVITATION = "invitation", _("an invitation to log in")


class NoticeStatus(models.TextChoices):
    """Where a message is on its way."""

    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    CANCELLED = "cancelled", _("no longer needed")
    DEAD = "dead", _("could not be sent")
