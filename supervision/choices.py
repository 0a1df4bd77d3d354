from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class SessionKind(models.TextChoices):
    """The ways in which peer supporters are supported themselves."""

    ONE_TO_ONE = "one_to_one", _("one-to-one coaching")
    TEAM_MEETING = "team_meeting", _("team meeting")
    INTERVISION = "intervision", _("intervision")
    CASE_STUDY = "case_study", _("case-study meeting")
    PRACTICE_ANALYSIS = "practice_analysis", _("practice-analysis group")


class FollowUpStatus(models.TextChoices):
    """How far a concern is followed up. A concern without a follow-up row is new."""

    TAKEN_UP = "taken_up", _("taken up")
    CLOSED = "closed", _("closed")


FOLLOW_UP_MOVES = {FollowUpStatus.TAKEN_UP: (FollowUpStatus.CLOSED,)}


def every(interval: int) -> str:
    """How often visits are made, in words: 7 is “every week”."""
    weeks, rest = divmod(interval, 7)
    if rest:
        return _days(interval)
    return ngettext("every week", "every %(weeks)s weeks", weeks) % {"weeks": weeks}


def _days(interval: int) -> str:
    return ngettext("every day", "every %(days)s days", interval) % {"days": interval}
