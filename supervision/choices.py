from django.db import models
from django.utils.translation import gettext_lazy as _


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


class Called(models.TextChoices):
    """Who was called about a visit that is late."""

    SUPPORTER = "supporter", _("the peer supporter")
    PARTICIPANT = "participant", _("the participant")


class CallResult(models.TextChoices):
    """What came of a call."""

    SPOKE = "spoke", _("we spoke")
    MESSAGE_LEFT = "message_left", _("a message was left")
    NO_ANSWER = "no_answer", _("nobody answered")
    WRONG_NUMBER = "wrong_number", _("the number is wrong")
