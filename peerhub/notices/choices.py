from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Why a message is sent. The words of each stand in templates/notices/mail/<kind>.txt."""

    VISIT_REMINDER = "visit_reminder", _("reminder of a visit")
    VISIT_NUDGE = "visit_nudge", _("reminder sent by hand")
    VISIT_OVERDUE = "visit_overdue", _("a visit is overdue")
    OVERDUE_SUMMARY = "overdue_summary", _("how many visits are overdue")
    REVIEW_DUE = "review_due", _("a review is due")
    FREQUENCY_CHANGED = "frequency_changed", _("visits become less frequent")
    YEAR_ENDS = "year_ends", _("a year of visits ends")
    PROPOSAL = "proposal", _("a proposal to answer")
    PROPOSAL_REMINDER = "proposal_reminder", _("a proposal still to answer")
    PROPOSAL_EXPIRED = "proposal_expired", _("a proposal ran out")
    CONCERN = "concern", _("a concern was raised")
    NO_CONTACT = "no_contact", _("no visit was held for a while")
    COVER = "cover", _("somebody steps in for a while")
    SESSION_PLANNED = "session_planned", _("supervision is planned")
    SESSION_MOVED = "session_moved", _("supervision is at another hour or place")
    SESSION_CANCELLED = "session_cancelled", _("supervision is cancelled")
    SESSION_REMINDER = "session_reminder", _("reminder of supervision")
    HELP_ASKED = "help_asked", _("a peer supporter asks for help")
    HELP_ANSWERED = "help_answered", _("an answer to a request for help")
    REPORT_READY = "report_ready", _("a report is ready")
    ACCESS_OPENED = "access_opened", _("emergency access was opened")
    INVITATION = "invitation", _("an invitation to log in")
    DIGEST = "digest", _("several messages in one")


# Not put off by quiet hours, a weekly maximum or a digest.
AT_ONCE = (Kind.CONCERN, Kind.ACCESS_OPENED, Kind.INVITATION)
# When a sender dies and nobody knows whether it went out: sent again, with a mark. All others are not sent twice.
AT_LEAST_ONCE = (Kind.CONCERN, Kind.ACCESS_OPENED, Kind.HELP_ASKED)
# A programme may want these to wait for a coordinator's click.
MAY_BE_HELD = (
    Kind.VISIT_REMINDER,
    Kind.VISIT_OVERDUE,
    Kind.REVIEW_DUE,
    Kind.FREQUENCY_CHANGED,
    Kind.YEAR_ENDS,
    Kind.OVERDUE_SUMMARY,
    Kind.NO_CONTACT,
)
# Whoever chooses a channel for the kind in front chooses it for these, too; what ends the first ends them as well.
GOES_WITH = {
    Kind.VISIT_REMINDER: (Kind.VISIT_NUDGE,),
    Kind.PROPOSAL: (Kind.PROPOSAL_REMINDER,),
    Kind.SESSION_PLANNED: (Kind.SESSION_MOVED, Kind.SESSION_CANCELLED, Kind.SESSION_REMINDER),
}
# What somebody may choose a channel for; a log-in and a digest always come by e-mail.
_WITH_ANOTHER = {kind for others in GOES_WITH.values() for kind in others}
CHOOSABLE = tuple(
    kind for kind in Kind if kind not in {Kind.INVITATION, Kind.DIGEST, Kind.PROPOSAL_EXPIRED} | _WITH_ANOTHER
)


class Channel(models.TextChoices):
    """The way a message takes."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")
    PUSH = "push", _("notification on the phone")


class NoticeStatus(models.TextChoices):
    """Where a message is on its way."""

    WAITING = "waiting", _("waiting")
    IN_DIGEST = "in_digest", _("in the daily letter")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    UNKNOWN = "unknown", _("perhaps sent")
    CANCELLED = "cancelled", _("no longer needed")
    DEAD = "dead", _("could not be sent")


STILL_TO_GO = (NoticeStatus.WAITING, NoticeStatus.IN_DIGEST)
ENDED_BADLY = (NoticeStatus.DEAD, NoticeStatus.UNKNOWN)
DROPPED = "dropped"  # why a message is no longer needed, where a coordinator decided so
