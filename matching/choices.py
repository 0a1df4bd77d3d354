from datetime import date

from django.db import models
from django.utils.translation import gettext as _say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class MatchStatus(models.TextChoices):
    """The life of a match."""

    PROPOSED = "proposed", _("proposed")
    INTRODUCED = "introduced", _("introduced")
    AGREED = "agreed", _("agreed")
    ACTIVE = "active", _("active")
    PAUSED = "paused", _("paused")
    CLOSED = "closed", _("closed")
    DECLINED = "declined", _("not taken up")


MATCH_MOVES = {
    MatchStatus.PROPOSED: (MatchStatus.INTRODUCED, MatchStatus.DECLINED),
    MatchStatus.INTRODUCED: (MatchStatus.AGREED, MatchStatus.DECLINED),
    MatchStatus.AGREED: (MatchStatus.ACTIVE, MatchStatus.CLOSED),
    MatchStatus.ACTIVE: (MatchStatus.PAUSED, MatchStatus.CLOSED),
    MatchStatus.PAUSED: (MatchStatus.ACTIVE, MatchStatus.CLOSED),
}
LIVE = (
    MatchStatus.PROPOSED,
    MatchStatus.INTRODUCED,
    MatchStatus.AGREED,
    MatchStatus.ACTIVE,
    MatchStatus.PAUSED,
)
VISITING = (MatchStatus.AGREED, MatchStatus.ACTIVE)


class EndReason(models.TextChoices):
    """Why a match ended; none of them blames anybody."""

    YEAR_COMPLETED = "year_completed", _("the year is complete")
    GOALS_REACHED = "goals_reached", _("goals reached")
    PARTICIPANT_STOPPED = "participant_stopped", _("the participant stopped")
    SUPPORTER_STOPPED = "supporter_stopped", _("the peer supporter stopped")
    NO_CLICK = "no_click", _("no click")
    MOVED = "moved", _("moved away")
    REFERRED_ON = "referred_on", _("other help took over")
    SAFETY = "safety", _("safety")
    HANDED_OVER = "handed_over", _("another peer supporter goes on")
    OTHER = "other", _("another reason")


class Side(models.TextChoices):
    """Whose answer it is; nobody's when a proposal ran out without one."""

    SUPPORTER = "supporter", _("the peer supporter")
    PARTICIPANT = "participant", _("the participant")
    NOBODY = "nobody", _("nobody answered in time")
    UNKNOWN = "unknown", _("not written down")


class DeclineCode(models.TextChoices):
    """Why not, in one tap. Nobody has to say it, and none of them blames anybody."""

    NONE = "", _("no reason given")
    NOT_NOW = "not_now", _("not now")
    TIMES = "times", _("my times have changed")
    TOO_FAR = "too_far", _("too far away")
    NOT_AGAIN = "not_again", _("not the two of us")
    OTHER = "other", _("something else")


# Reasons from which something could follow for the next search; a coordinator decides whether it does.
TELLING = (DeclineCode.TIMES, DeclineCode.TOO_FAR, DeclineCode.NOT_AGAIN)


class Explained(models.TextChoices):
    """What a participant knows before she decides to be supported."""

    WHAT = "what", _("what a peer supporter does, and what not")
    SECRET = "secret", _("what stays between the two, what is talked over in supervision, and when secrecy ends")
    YEAR = "year", _("how often visits are made, and that they become fewer over a year")
    STOP = "stop", _("that she can stop at any time and need not say why")
    CALL = "call", _("whom to call when something is wrong")


class Way(models.TextChoices):
    """How somebody confirmed the agreement."""

    PORTAL = "portal", _("on her own page")
    LINK = "link", _("by a link on her own phone")
    HANDED = "handed", _("on a phone that was handed over")
    PAPER = "paper", _("on paper")


class ReadHow(models.TextChoices):
    """How the agreement was read to the participant."""

    HERSELF = "herself", _("she read it herself")
    ALOUD = "aloud", _("it was read aloud")
    INTERPRETER = "interpreter", _("with an interpreter")


class GoalDomain(models.TextChoices):
    """What part of life a personal goal is about."""

    COMPANY = "company", _("meeting people")
    WORK = "work", _("work")
    LANGUAGE = "language", _("learning the language")
    CHILDREN = "children", _("children and school")
    HEALTH = "health", _("health")
    HOUSING = "housing", _("housing")
    DEBT = "debt", _("money and debts")
    SERVICES = "services", _("services and forms")
    LAW = "law", _("the law")
    OTHER = "other", _("something else")


class GoalStatus(models.TextChoices):
    """How far a personal goal is."""

    OPEN = "open", _("open")
    IN_PROGRESS = "in_progress", _("on the way")
    REACHED = "reached", _("reached")
    CHANGED = "changed", _("changed")
    DROPPED = "dropped", _("let go")


GOAL_MOVES = {
    GoalStatus.OPEN: (GoalStatus.IN_PROGRESS, GoalStatus.REACHED, GoalStatus.CHANGED, GoalStatus.DROPPED),
    GoalStatus.IN_PROGRESS: (GoalStatus.REACHED, GoalStatus.CHANGED, GoalStatus.DROPPED),
}


class SegmentReason(models.TextChoices):
    """Why the days between visits became what they are."""

    INITIAL = "initial", _("start: weekly")
    STEP_DOWN = "step_down", _("less often")
    HOLD = "hold", _("held: no review allows less")
    STEP_BACK = "step_back", _("more often again")


class Decision(models.TextChoices):
    """What a review decides."""

    STEP_DOWN = "step_down", _("visit less often")
    HOLD = "hold", _("keep the frequency")
    STEP_BACK = "step_back", _("visit more often again")


class Outcome(models.TextChoices):
    """Whether a visit happened, and if not, on whose side it stopped."""

    HELD = "held", _("held")
    MISSED = "missed", _("nobody was there")
    CANCELLED_BY_PARTICIPANT = "cancelled_by_participant", _("the participant could not")
    CANCELLED_BY_SUPPORTER = "cancelled_by_supporter", _("I could not")
    WITHDRAWN = "withdrawn", _("withdrawn: written down by mistake")


NOT_HELD = (Outcome.MISSED, Outcome.CANCELLED_BY_PARTICIPANT, Outcome.CANCELLED_BY_SUPPORTER)
BY_PARTICIPANT = (Outcome.MISSED, Outcome.CANCELLED_BY_PARTICIPANT)


class WhyNot(models.TextChoices):
    """Who could not and why, in one tap."""

    NOT_THERE = "not_there", _("Nobody was there")
    THEY_ILL = "they_ill", _("They were ill")
    THEY_BUSY = "they_busy", _("They could not come")
    THEY_LATER = "they_later", _("They did not want to")
    ME_ILL = "me_ill", _("I was ill")
    ME_BUSY = "me_busy", _("I could not")


OUTCOME_OF = {
    WhyNot.NOT_THERE: Outcome.MISSED,
    WhyNot.THEY_ILL: Outcome.CANCELLED_BY_PARTICIPANT,
    WhyNot.THEY_BUSY: Outcome.CANCELLED_BY_PARTICIPANT,
    WhyNot.THEY_LATER: Outcome.CANCELLED_BY_PARTICIPANT,
    WhyNot.ME_ILL: Outcome.CANCELLED_BY_SUPPORTER,
    WhyNot.ME_BUSY: Outcome.CANCELLED_BY_SUPPORTER,
}


class VisitPlace(models.TextChoices):
    """Where a visit took place."""

    HOME = "home", _("at home")
    OUT = "out", _("somewhere else")
    ALONG = "along", _("went along to an appointment")
    PHONE = "phone", _("by phone or video")


class Request(models.TextChoices):
    """The request for help, compared with last time: the evidence a step down needs."""

    LESS = "less", _("less than before")
    SAME = "same", _("the same")
    MORE = "more", _("more than before")


class Activity(models.TextChoices):
    """What two people did together: the catalogue of a visit."""

    TALK = "talk", _("talked")
    WALK = "walk", _("walk or sport")
    CULTURE = "culture", _("culture")
    SHOPPING = "shopping", _("shopping")
    TRAVEL = "travel", _("travelling")
    COOKING = "cooking", _("cooking")
    PAPERS = "papers", _("letters and forms")
    SERVICE = "service", _("visit to a service")
    CHILDREN = "children", _("with the children")
    LANGUAGE = "language", _("practised the language")


class Topic(models.TextChoices):
    """What a visit was about; the same topics that matching reads from what people ask help with."""

    DEBT = "debt", _("debts")
    HOUSING = "housing", _("housing")
    CHILDREN = "children", _("children and school")
    WORK = "work", _("work")
    HEALTH = "health", _("health")
    LANGUAGE = "language", _("learning the language")
    LAW = "law", _("divorce and the law")
    SERVICES = "services", _("services and forms")
    COMPANY = "company", _("meeting people")
    ARRIVAL = "arrival", _("beginning in a new country")
    SAFETY = "safety", _("violence and safety")
    ADDICTION = "addiction", _("addiction")


class Feeling(models.TextChoices):
    """How a visit felt to the peer supporter; nobody has to say."""

    GOOD = "good", _("good")
    SO_SO = "so_so", _("so-so")
    HARD = "hard", _("hard")


class WorkKind(models.TextChoices):
    """Work beside the visits: it counts in the hours and moves no due date."""

    CALL = "call", _("phone call or messages")
    PREPARATION = "preparation", _("preparation")
    TRAVEL = "travel", _("travelling")
    MEETING = "meeting", _("meeting of the team")
    OTHER = "other", _("something else")


class HelpKind(models.TextChoices):
    """What a peer supporter asks for."""

    HELP = "help", _("help")
    PAUSE = "pause", _("a pause")


class LanguageLevel(models.TextChoices):
    """What counts as a common language."""

    LITTLE = "little", _("any language both speak, even a little")
    WELL = "well", _("a language both speak well enough for a talk")


class VettingFor(models.TextChoices):
    """For whom a valid certificate of conduct is needed."""

    NOBODY = "nobody", _("not asked for by the programme")
    MINORS = "minors", _("where there are children or young people")
    MINORS_OR_HOMES = "minors_or_homes", _("where there are children or young people, and for visits at home")


class MarkKind(models.TextChoices):
    """What stands on a pair."""

    LOCKED = "locked", _("belong together")
    FORBIDDEN = "forbidden", _("do not suit each other")
    CONFLICT = "conflict", _("must not be matched")


class MarkReason(models.TextChoices):
    """Why; a kind of reason is enough, nobody has to tell a story."""

    FAMILY = "family", _("family")
    KNOWN = "known", _("know each other from elsewhere")
    NEIGHBOURS = "neighbours", _("live too near each other")
    DISPUTE = "dispute", _("a dispute")
    SAFETY = "safety", _("safety")
    WISH = "wish", _("their own wish")
    JUDGEMENT = "judgement", _("the team's judgement")


class SaidBy(models.TextChoices):
    """Who said so."""

    SUPPORTER = "supporter", _("the peer supporter")
    PARTICIPANT = "participant", _("the participant")
    TEAM = "team", _("the team")


class RunStatus(models.TextChoices):
    """How far a search for pairs is."""

    ASKED = "asked", _("waits for the worker")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class RunStep(models.TextChoices):
    """What a search is doing."""

    LOAD = "load", _("reading who waits and who is free")
    SCORE = "score", _("looking at all possible pairs")
    SOLVE = "solve", _("finding the best set")
    EXPLAIN = "explain", _("writing down the reasons")
    STORE = "store", _("keeping the result")


def every(interval: int) -> str:
    """How often visits are made, in words: 7 is “every week”."""
    weeks, rest = divmod(interval, 7)
    if rest:
        return _days(interval)
    return ngettext("every week", "every %(weeks)s weeks", weeks) % {"weeks": weeks}


def _days(interval: int) -> str:
    return ngettext("every day", "every %(days)s days", interval) % {"days": interval}


def silence(last_held_on: date | None, interval: int, today: date) -> str:
    """Why a visit is late, in words: how long none was held, and what was agreed."""
    if last_held_on is None:
        return _say("The first visit has not been held yet.")
    days = (today - last_held_on).days
    text = ngettext("No visit held for %(days)s day; agreed: %(every)s.",
                    "No visit held for %(days)s days; agreed: %(every)s.", days)  # fmt: skip
    return text % {"days": days, "every": every(interval)}
