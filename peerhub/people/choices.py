from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Gender(models.TextChoices):
    """Asked only because some people wish to be supported by somebody of a certain gender."""

    WOMAN = "woman", _("woman")
    MAN = "man", _("man")
    OTHER = "other", _("other")
    UNKNOWN = "", pgettext_lazy("gender", "not known")


class Reading(models.TextChoices):
    """What somebody looked at, for the page “who has looked at my file”."""

    FILE = "file", _("your page")
    NOTE = "note", _("a sensitive note")
    EXPORT = "export", _("a list to take away")
    DOCUMENT = "document", _("a document about you")
    HISTORY = "history", _("who changed what")


class NoteKind(models.TextChoices):
    """What a sensitive note holds. The kind is shown on the person's page, so it gives nothing away."""

    FACTS = "facts", _("what was seen or said")
    NEEDS = "needs", _("what is needed")
    AGREED = "agreed", _("what was agreed")
    SUPERVISION = "supervision", _("between peer supporter and supervisor")


class Opened(models.TextChoices):
    """What was opened in an emergency."""

    NOTES = "notes", _("sensitive notes")
    FILES = "files", _("files of the programme, to an administrator")


class Language(models.TextChoices):
    """Languages people speak with each other: ISO 639 codes, the most spoken first."""

    NL = "nl", _("Dutch")
    FR = "fr", _("French")
    EN = "en", _("English")
    AR = "ar", _("Arabic")
    TR = "tr", _("Turkish")
    RIF = "rif", _("Tarifit")
    BER = "ber", _("Berber")
    PL = "pl", _("Polish")
    SO = "so", _("Somali")
    TI = "ti", _("Tigrinya")
    AM = "am", _("Amharic")
    PRS = "prs", _("Dari")
    PS = "ps", _("Pashto")
    FA = "fa", _("Persian")
    KU = "ku", _("Kurdish")
    UK = "uk", _("Ukrainian")
    RU = "ru", _("Russian")
    ES = "es", _("Spanish")
    PT = "pt", _("Portuguese")
    IT = "it", _("Italian")
    DE = "de", _("German")
    RO = "ro", _("Romanian")
    BG = "bg", _("Bulgarian")
    ZH = "zh", _("Chinese")
    VI = "vi", _("Vietnamese")
    UR = "ur", _("Urdu")
    HI = "hi", _("Hindi")
    PA = "pa", _("Punjabi")
    BN = "bn", _("Bengali")
    TA = "ta", _("Tamil")
    SW = "sw", _("Swahili")
    LN = "ln", _("Lingala")
    HY = "hy", _("Armenian")
    KA = "ka", _("Georgian")
    SQ = "sq", _("Albanian")
    SR = "sr", _("Serbian")
    BS = "bs", _("Bosnian")
    HU = "hu", _("Hungarian")
    EL = "el", _("Greek")
    PAP = "pap", _("Papiamento")
    SRN = "srn", _("Sranan")
    ID = "id", _("Indonesian")
    SGN = "sgn", _("sign language")


class Purpose(models.TextChoices):
    """What a link lets its holder do: that, and nothing else."""

    SEE_MY_FILE = "see_my_file", _("see who can see my file")
    ANSWER_PROPOSAL = "answer_proposal", _("answer a proposal")
    CONFIRM_AGREEMENT = "confirm_agreement", _("confirm what was agreed")
    ANSWER_VISIT = "answer_visit", _("say how a visit was")
    CONSENT = "consent", _("give or withdraw consent")
    CALENDAR = "calendar", _("see her own days in her calendar")


LINK_LASTS = timedelta(days=14)  # a message that lies around longer may be read by somebody else
# Where another time is right; every other purpose has LINK_LASTS.
LASTS: dict[str, timedelta] = {Purpose.CALENDAR: timedelta(days=400)}  # a year of visits, and time to notice
# Used up by the deed they were made for; a link for any other purpose stays open until it ends.
SINGLE_USE = frozenset({Purpose.ANSWER_PROPOSAL, Purpose.CONFIRM_AGREEMENT, Purpose.ANSWER_VISIT, Purpose.CONSENT})


class ConsentPurpose(models.TextChoices):
    """What somebody is asked about, one purpose at a time: yes to one is not yes to another."""

    SUPPORT = "support", _("support and a file")
    RECORD_SENSITIVE = "record_sensitive", _("writing down sensitive things")
    SHARE_WITH_SERVICE = "share_with_service", _("telling a service about you")
    EVALUATION = "evaluation", _("questions about how it goes")
    PHOTO_STORY = "photo_story", _("a photo or a story")
    CONTACT_AFTER_CLOSING = "contact_after_closing", _("staying in touch afterwards")


# What a peer supporter is asked about: her own file follows from what she agreed with the programme.
PURPOSES_OF_SUPPORTERS = (
    ConsentPurpose.EVALUATION, ConsentPurpose.PHOTO_STORY, ConsentPurpose.CONTACT_AFTER_CLOSING,
)  # fmt: skip


class ConsentAnswer(models.TextChoices):
    """What somebody said. A no is kept too, so that nobody asks her again every day."""

    YES = "yes", _("yes")
    NO = "no", _("no")


class ConsentMode(models.TextChoices):
    """How the answer was given."""

    WRITTEN = "written", _("signed on paper")
    ORAL = "oral", _("said aloud")
    INTERPRETER = "interpreter", _("said aloud, with an interpreter")
    BEFORE = "before", _("given before this file was here")


class GivenBy(models.TextChoices):
    """Who answered."""

    SELF = "self", _("this person alone")
    GUARDIAN = "guardian", _("a guardian and this person together")


class Representing(models.TextChoices):
    """Why somebody may answer for a person under age. Nothing is kept about papers or procedures."""

    PARENT = "parent", _("parent")
    GUARDIAN = "guardian", _("guardian")
    JUDGE_APPOINTED = "judge_appointed", _("appointed by a judge")
    SERVICE = "service", _("a service with parental care")
