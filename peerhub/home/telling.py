"""The rows of “needs attention” in words: who, why, since when, with whom, and the one thing to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.choices import HelpKind, every, silence
from matching.models import HelpRequest, Match, SweepMark, Visit
from peerhub.lib.dates import add_months, local_date
from peerhub.lib.member import Member
from peerhub.notices.models import Notice
from peerhub.people.choices import ConsentAnswer
from peerhub.people.querysets import FULL_AGE
from programmes.permissions import Permission
from recruitment.models import Application, Campaign, Participant, PeerSupporter
from supervision.models import FollowUp


@dataclass(frozen=True)
class Asking:
    """For whom, where and on which day, in which time zone."""

    member: Member
    slug: str
    today: date
    zone: str

    def link(self, name: str, *args: int) -> str:
        """The address of a page of this programme."""
        return reverse(name, args=[self.slug, *args])


@dataclass(frozen=True)
class Row:
    """One thing that waits for somebody."""

    title: str
    reason: str
    since: date
    owner: str
    url: str
    action_label: str


def concern(visit: Visit, asking: Asking) -> Row:
    """A peer supporter is worried."""
    follow_up: FollowUp | None = getattr(visit, "follow_up", None)
    words = {"day": date_format(visit.occurred_on, "j F")}
    if follow_up:
        reason = _("A worry was written down in the visit of %(day)s. It is taken up and not closed yet.")
    else:
        reason = _("A worry was written down in the visit of %(day)s. Nobody follows it up yet.")
    return Row(
        title=visit.match.participant_person.full_name,
        reason=reason % words,
        since=visit.occurred_on,
        owner=follow_up.taken_up_by.full_name if follow_up else _("nobody yet"),
        url=asking.link("supervision:concern", visit.pk),
        action_label=_("Read and follow up"),
    )


def request(asked: HelpRequest, asking: Asking) -> Row:
    """A peer supporter asked for something and waits."""
    said = _("Asks for a pause and waits for an answer.") if asked.kind == HelpKind.PAUSE else _(
        "Asks for help and waits for an answer."
    )  # fmt: skip
    return Row(
        title=asked.asked_by.full_name,
        reason=said,
        since=local_date(asked.asked_at, asking.zone),
        owner="",
        url=f"{asking.link('matching:requests')}#request-{asked.pk}",
        action_label=_("Answer"),
    )


def message(notice: Notice, asking: Asking) -> Row:
    """A message could not be sent."""
    return Row(
        title=notice.recipient.full_name,
        reason=_("This message could not be sent: %(kind)s.") % {"kind": notice.get_kind_display()},
        since=local_date(notice.created_at, asking.zone),
        owner="",
        url=asking.link("home:messages") + "?status=dead",
        action_label=_("See the messages"),
    )


def _pair(match: Match) -> str:
    names = {"supporter": match.supporter_person.first_name, "participant": match.participant_person.first_name}
    return _("%(supporter)s and %(participant)s") % names


def _owner(supporter: PeerSupporter) -> str:
    supervisor = supporter.supervisor
    return supervisor.person.full_name if supervisor and supervisor.ends_on is None else _("nobody yet")


def _of_match(
    match: Match, asking: Asking, *, reason: str, since: date | None, action: str, page: str = "match"
) -> Row:
    return Row(
        title=_pair(match),
        reason=reason,
        since=since or asking.today,
        owner=_owner(match.supporter),
        url=asking.link(f"matching:{page}", match.pk),
        action_label=action,
    )


def overdue(match: Match, asking: Asking) -> Row:
    """A visit is later than agreed."""
    reason = silence(match.last_held_on, match.interval, asking.today)
    return _of_match(match, asking, reason=reason, since=match.next_due_on, action=_("Open the match"))


def silent(match: Match, asking: Asking) -> Row:
    """Visits are planned, and again and again none is held."""
    last = match.last_held_on or asking.today
    days = (asking.today - last).days
    text = ngettext(
        "Visits are planned, but none was held for %(days)s day. Call and ask how it goes.",
        "Visits are planned, but none was held for %(days)s days. Call and ask how it goes.",
        days,
    )
    return _of_match(match, asking, reason=text % {"days": days}, since=last, action=_("Open the match"))


def sweep(mark: SweepMark, asking: Asking) -> Row:
    """The daily round did not come by."""
    return Row(
        title=_("Reminders are late"),
        reason=_("The daily round last came by on %(when)s. Tell whoever looks after the server.")
        % {"when": date_format(localtime(mark.swept_at, ZoneInfo(mark.programme.timezone)), "j F, H:i")},
        since=mark.swept_on,
        owner="",
        url=asking.link("programmes:settings"),
        action_label=_("See when it came by"),
    )


def review(match: Match, asking: Asking) -> Row:
    """May visits become less frequent?"""
    plan = match.plan
    day = date_format(plan.gate_on, "j F") if plan.gate_on else ""
    reason = _("Now %(every)s. Decide together whether visits may become less frequent from %(day)s.")
    return _of_match(
        match, asking, reason=reason % {"every": every(match.interval), "day": day}, since=plan.review_due_on,
        action=_("Record a review"), page="review",
    )  # fmt: skip


def year(match: Match, asking: Asking) -> Row:
    """The year is nearly over, or over."""
    ends_on = match.plan.ends_on
    if ends_on > asking.today:
        reason = _("The year ends on %(day)s. Plan the closing talk.")
    else:
        reason = _("The year ended on %(day)s. Hold the closing talk.")
    since = match.plan.starts_on
    return _of_match(
        match, asking, reason=reason % {"day": date_format(ends_on, "j F")}, since=since, action=_("Close the match"),
        page="close",
    )  # fmt: skip


def proposal(match: Match, asking: Asking) -> Row:
    """A proposal waits for an answer, or for the introduction."""
    if match.supporter_accepted_on and match.participant_accepted_on:
        reason = _("Both said yes. Introduce them to each other.")
    elif match.supporter_accepted_on:
        reason = _("The peer supporter said yes. Ask the participant.")
    elif match.participant_accepted_on:
        reason = _("The participant said yes. The peer supporter has not answered yet.")
    else:
        reason = _("Nobody has answered this proposal yet.")
    return _of_match(match, asking, reason=reason, since=match.proposed_on, action=_("Open the proposal"))


def suggestion(match: Match, asking: Asking) -> Row:
    """A no with a reason: whether something is changed for the next search is for a coordinator to say."""
    words = {"who": match.get_declined_by_display(), "why": match.get_decline_code_display()}
    reason = _("Not taken up by %(who)s: %(why)s. Does that change anything for the next search?") % words
    return _of_match(match, asking, reason=reason, since=match.proposed_on, action=_("Look at the answer"))


def application(one: Application, asking: Asking) -> Row:
    """Somebody offered to help and waits for a decision."""
    days = (asking.today - one.submitted_on).days
    text = ngettext("Has waited for a decision for %(days)s day; now: %(status)s.",
                    "Has waited for a decision for %(days)s days; now: %(status)s.", days)  # fmt: skip
    return Row(
        title=one.person.full_name,
        reason=text % {"days": days, "status": one.get_status_display()},
        since=one.submitted_on,
        owner="",
        url=asking.link("recruitment:application", one.pk),
        action_label=_("Open the application"),
    )


def campaign(one: Campaign, asking: Asking) -> Row:
    """A campaign's last day has passed."""
    text = _("Its last day was %(day)s. Say what came of it and close it, or give it a later day.")
    last = one.ends_on or one.starts_on
    return Row(
        title=one.name,
        reason=text % {"day": date_format(last, "j F")},
        since=last,
        owner="",
        url=asking.link("recruitment:campaign", one.pk),
        action_label=_("Open the campaign"),
    )


def consent(participant: Participant, asking: Asking) -> Row:
    """Nobody has said yes to a file, or the yes counts no more."""
    last: str | None = participant.last_answer  # type: ignore[attr-defined]  # annotated by with_last_answer
    if last == ConsentAnswer.NO:
        reason = _("Said no to a file. Help to find other support, then close.")
    elif last:
        reason = _("Took back the yes to a file; it is closed. Help to find other support.")
    elif participant.file_open and participant.consent_due_on:
        day = date_format(participant.consent_due_on, "j F")
        reason = _("Was here before, without consent. The file closes after %(day)s: ask before then.") % {"day": day}
    else:
        reason = _("Has not been asked for consent to a file. Until then it stays closed.")
    return _of_consent(participant, asking, reason=reason, since=participant.registered_on, ask=not last)


def of_age(participant: Participant, asking: Asking) -> Row:
    """A guardian's yes ends with the 18th birthday: this person is asked alone."""
    born_on = participant.person.born_on or asking.today
    birthday = add_months(born_on, 12 * FULL_AGE)
    words = {"day": date_format(birthday, "j F Y")}
    if birthday > asking.today:
        reason = _("Turns 18 on %(day)s. Then a guardian's yes counts no more: plan a talk, only the two of you.")
    else:
        reason = _("Turned 18 on %(day)s. A guardian's yes counts no more: ask this person alone.")
    return _of_consent(participant, asking, reason=reason % words, since=birthday, ask=birthday <= asking.today)


def ask_again(participant: Participant, asking: Asking) -> Row:
    """A text means something else now."""
    reason = _("Said yes to an older text, which means something else now. That yes counts until you have asked again.")
    return _of_consent(participant, asking, reason=reason, since=participant.registered_on, ask=True)


def _of_consent(participant: Participant, asking: Asking, *, reason: str, since: date, ask: bool) -> Row:
    url = asking.link("recruitment:consents", participant.person_id)
    label = _("Ask") if ask else _("Open")
    return Row(participant.person.full_name, reason, since, owner="", url=url, action_label=label)


def waiting(participant: Participant, asking: Asking) -> Row:
    """Somebody waits for a peer supporter."""
    days = (asking.today - participant.registered_on).days
    text = ngettext("Waits for a peer supporter for %(days)s day, without a proposal.",
                    "Waits for a peer supporter for %(days)s days, without a proposal.", days)  # fmt: skip
    proposes = asking.member.may(Permission.MATCH_PROPOSE)
    return Row(
        title=participant.person.full_name,
        reason=text % {"days": days},
        since=participant.registered_on,
        owner="",
        url=asking.link("matching:candidates" if proposes else "recruitment:participant", participant.pk),
        action_label=_("Find a match") if proposes else _("Open"),
    )


def unsupervised(supporter: PeerSupporter, asking: Asking) -> Row:
    """A peer supporter has not been supported herself lately."""
    last: date | None = supporter.last_session_on  # type: ignore[attr-defined]  # annotated by SupervisionSession.objects.without
    if last:
        reason = _("The last supervision was on %(day)s.") % {"day": date_format(last, "j F Y")}
    else:
        reason = _("No supervision is written down yet.")
    return Row(
        title=supporter.person.full_name,
        reason=reason,
        since=last or supporter.started_on,
        owner=_owner(supporter),
        url=asking.link("supervision:session_new") + f"?supporter={supporter.pk}",
        action_label=_("Write down a session"),
    )
