from django.db import models
from django.utils.translation import gettext_lazy as _


class ApplicationStatus(models.TextChoices):
    """Where an application to become a peer supporter stands."""

    SUBMITTED = "submitted", _("new")
    MEETING_1 = "meeting_1", _("first meeting held")
    MEETING_2 = "meeting_2", _("second meeting held")
    ACCEPTED = "accepted", _("accepted for training")
    DECLINED = "declined", _("not accepted")
    WITHDRAWN = "withdrawn", _("withdrawn")


APPLICATION_MOVES = {
    ApplicationStatus.SUBMITTED: (
        ApplicationStatus.MEETING_1,
        ApplicationStatus.DECLINED,
        ApplicationStatus.WITHDRAWN,
    ),
    ApplicationStatus.MEETING_1: (
        ApplicationStatus.MEETING_2,
        ApplicationStatus.DECLINED,
        ApplicationStatus.WITHDRAWN,
    ),
    ApplicationStatus.MEETING_2: (
        ApplicationStatus.ACCEPTED,
        ApplicationStatus.DECLINED,
        ApplicationStatus.WITHDRAWN,
    ),
}
OPEN_APPLICATION = (ApplicationStatus.SUBMITTED, ApplicationStatus.MEETING_1, ApplicationStatus.MEETING_2)


class DeclineReason(models.TextChoices):
    """Why an application was not accepted."""

    SKILLS = "skills", _("skills do not fit yet")
    COMMITMENT = "commitment", _("too little time")
    STABILITY = "stability", _("own life needs attention first")
    OTHER = "other", _("another reason")


class Channel(models.TextChoices):
    """How somebody found the programme."""

    SELF = "self", _("came by themselves")
    PEER_SUPPORTER = "peer_supporter", _("a peer supporter")
    OUTREACH = "outreach", _("outreach on the street")
    INSTITUTION = "institution", _("a service or organisation")
    EVENT = "event", _("an event or poster")
    ONLINE = "online", _("online")
    OTHER = "other", _("another way")


# How a campaign goes to people; nobody who comes by herself was reached by it.
CAMPAIGN_CHANNELS = tuple(channel for channel in Channel if channel != Channel.SELF)


class CampaignPurpose(models.TextChoices):
    """What a campaign is for."""

    SUPPORTERS = "supporters", _("find peer supporters")
    PARTICIPANTS = "participants", _("find people who want support")
    PROMOTE = "promote", _("make the programme known")
    OUTCOMES = "outcomes", _("tell what came of it")


RECRUITING = (CampaignPurpose.SUPPORTERS, CampaignPurpose.PARTICIPANTS)


class CampaignStatus(models.TextChoices):
    """Whether a campaign was closed."""

    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


CAMPAIGN_MOVES = {
    CampaignStatus.OPEN: (CampaignStatus.CLOSED,),
    CampaignStatus.CLOSED: (CampaignStatus.OPEN,),
}


class CampaignState(models.TextChoices):
    """What a campaign is today: read from its days, never stored."""

    RUNNING = "running", _("running")
    PLANNED = "planned", _("planned")
    OVER = "over", _("over, to be closed")
    CLOSED = "closed", _("closed")


class SpokenLevel(models.TextChoices):
    """How well a language has to be spoken."""

    LITTLE = "", _("even a little")
    WELL = "well", _("well enough for a talk")


class SupporterStatus(models.TextChoices):
    """A peer supporter's time with the programme."""

    IN_TRAINING = "in_training", _("in training")
    ACTIVE = "active", _("active")
    PAUSED = "paused", _("paused")
    ENDED = "ended", _("stopped")


SUPPORTER_MOVES = {
    SupporterStatus.IN_TRAINING: (SupporterStatus.ACTIVE, SupporterStatus.ENDED),
    SupporterStatus.ACTIVE: (SupporterStatus.PAUSED, SupporterStatus.ENDED),
    SupporterStatus.PAUSED: (SupporterStatus.ACTIVE, SupporterStatus.ENDED),
}


class ParticipantStatus(models.TextChoices):
    """A participant's trajectory. Whether a proposal is open is read from the match, not stored here."""

    WAITING = "waiting", _("waiting")
    SUPPORTED = "supported", _("supported")
    CLOSED = "closed", _("closed")


PARTICIPANT_MOVES = {
    ParticipantStatus.WAITING: (ParticipantStatus.SUPPORTED, ParticipantStatus.CLOSED),
    ParticipantStatus.SUPPORTED: (ParticipantStatus.WAITING, ParticipantStatus.CLOSED),
}


class WishedGender(models.TextChoices):
    """By whom, or whom: a stated wish that matching keeps without exception."""

    ANYONE = "", _("no wish")
    WOMAN = "woman", _("a woman")
    MAN = "man", _("a man")


class WishedAge(models.TextChoices):
    """A wish about age, from the participant's side; matching weighs it."""

    ANY = "", _("no wish")
    OLDER = "older", _("older than me")
    YOUNGER = "younger", _("younger than me")


class SupportKind(models.TextChoices):
    """What somebody asks for or offers: visits by one person, a place in a home, a place in a group."""

    ONE_TO_ONE = "one_to_one", _("visits, one to one")
    HOSTING = "hosting", _("a stay with a household")
    GROUP = "group", _("a group with a leader")


class TravelMode(models.TextChoices):
    """How a peer supporter usually goes."""

    UNKNOWN = "", _("not known")
    WALK = "walk", _("on foot")
    BICYCLE = "bicycle", _("by bicycle")
    PUBLIC = "public", _("by bus, tram or train")
    CAR = "car", _("by car")


class Interest(models.TextChoices):
    """What people like to do together: a short list, so that two people can tick the same."""

    COOKING = "cooking", _("cooking")
    WALKING = "walking", _("walking")
    SPORT = "sport", _("sport")
    GARDEN = "garden", _("gardening")
    CRAFTS = "crafts", _("crafts and sewing")
    MUSIC = "music", _("music and singing")
    READING = "reading", _("reading")
    GAMES = "games", _("games")
    CHILDREN = "children", _("playing with children")
    ANIMALS = "animals", _("animals")
    REPAIRS = "repairs", _("repairing things")
    FILMS = "films", _("films and series")


class ImportStatus(models.TextChoices):
    """How far an uploaded workbook has come."""

    UPLOADED = "uploaded", _("to be checked")
    APPLIED = "applied", _("imported")
    UNDONE = "undone", _("undone")


IMPORT_MOVES = {
    ImportStatus.UPLOADED: (ImportStatus.APPLIED,),
    ImportStatus.APPLIED: (ImportStatus.UNDONE,),
}

# A week in 21 slots: day × 3 + part of the day, Monday morning = 0, Sunday evening = 20.
WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
DAY_PARTS = (_("morning"), _("afternoon"), _("evening"))
WEEK_SLOTS = range(21)


def slot_label(slot: int) -> str:
    """A week slot in words: 4 is “Tuesday afternoon”."""
    return f"{WEEKDAYS[slot // 3]} {DAY_PARTS[slot % 3]}"
