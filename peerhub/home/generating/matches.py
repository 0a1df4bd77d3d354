"""The rows of one programme, in the order in which they depend on each other."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import connection, models
from django.utils.functional import cached_property

from matching.choices import Decision, EndReason, Explained, MatchStatus, Outcome, SegmentReason
from matching.models import Match, Pause, Review, Segment, Visit, VisitPlan
from matching.taper import Rules, grace
from peerhub.home.generating.loading import Numbers, Table
from peerhub.home.generating.people import HOURS, Someone, someone
from peerhub.home.generating.year import Part, Visited, Year, live_through
from peerhub.lib.keyring import lock
from peerhub.people.choices import ConsentAnswer, ConsentMode, ConsentPurpose
from peerhub.people.models import Consent, Person, User
from programmes.choices import Role
from programmes.models import Membership, Programme
from recruitment.choices import Channel, ParticipantStatus, SupporterStatus, WishedAge, WishedGender
from recruitment.models import Participant, PeerSupporter
from training.models import Certificate

# Shares of a thousand matches; the rest is active.
PROPOSED, AGREED, PAUSED, CLOSED, SLIPPED = 20, 40, 80, 160, 220
TEAM = {Role.COORDINATOR: 2, Role.SUPERVISOR: 12, Role.EVALUATOR: 1}
SETTLED_AFTER = 21  # days after which a concern has been settled
CONCERN = 0.004
SPREAD = 27  # days over which matches of the same age began
LOADS = (1, 2, 2, 3, 3)
WORRY = "Seems very tired lately. I would like to talk about it."
NOTE = "We had tea and looked at the post together."
AGE_WISHES = ["", "", *WishedAge.values]
CHILDREN = (None, 0, 0, 1, 2, 3)
MINUTES = (45, 60, 60, 60, 90, 120)
PLACES = [*["home"] * 5, *["out"] * 3, "along", "phone"]
REQUESTS = [*["same"] * 6, *["less"] * 3]
LAST_REQUESTS = [*REQUESTS, "more"]
CHANNELS = list(Channel.values)
EARLY_ENDS = [reason for reason in EndReason.values if reason not in (EndReason.YEAR_COMPLETED, EndReason.HANDED_OVER)]
EXPLAINED = tuple(Explained.values)
VISIT = (
    *("match_id", "client_id", "outcome", "occurred_on", "due_on", "minutes", "place", "request", "note"),
    *("has_concern", "concern", "concern_settled_at", "author_id", "recorded_at"),
)


class Helper:
    """A peer supporter who has just got her row."""

    def __init__(self, pk: int, person_id: int, someone: Someone) -> None:
        self.pk, self.person_id, self.someone = pk, person_id, someone


class Stage:
    """Collects the rows of one programme and loads them in order."""

    def __init__(self, *, programme: Programme, today: date, now: datetime, rules: Rules, chance: Random) -> None:
        self.programme, self.today, self.now, self.rules, self.chance = programme, today, now, rules, chance
        self.began = today - timedelta(days=760)
        self.bosses: list[int] = []
        self.staff: list[int] = []
        here = {"programme_id": programme.pk}
        self.numbers: dict[type[models.Model], Numbers] = {
            model: Numbers(model)
            for model in (User, Person, Membership, PeerSupporter, Participant, Match, VisitPlan, Review)
        }
        self.users = Table(User, "id", "email", password=make_password(None), is_active=True)
        self.persons = Table(
            Person, "id", "user_id", "first_name", "last_name", "email", "phone", "born_on", "gender", "languages",
            "postcode", **here,
        )  # fmt: skip
        self.memberships = Table(Membership, "id", "person_id", "role", "starts_on", **here)
        self.supporters = Table(
            PeerSupporter, "id", "person_id", "supervisor_id", "hours_per_week", "max_matches", "max_travel_minutes",
            "wishes_gender", "available", "started_on", status=SupporterStatus.ACTIVE, **here,
        )  # fmt: skip
        self.certificates = Table(Certificate, "supporter_id", "number", "awarded_on", **here)
        self.participants = Table(
            Participant, "id", "person_id", "status", "registered_on", "channel", "wishes_gender", "wishes_age",
            "children", "available", "closed_on", "closing_reason", **here,
        )  # fmt: skip
        self.consents = Table(
            Consent, "person_id", "purpose", "given_on", answer=ConsentAnswer.YES, mode=ConsentMode.BEFORE, **here
        )
        self.matches = Table(
            Match, "id", "participant_id", "supporter_id", "participant_person_id", "supporter_person_id", "status",
            "score", "proposed_on", "supporter_accepted_on", "participant_accepted_on", "introduced_on", "agreed_on",
            "started_on", "ended_on", "end_reason", "next_due_on", "last_held_on", "interval", "introduced_by_id",
            "responsible_id", "supporter_agreed_on", "participant_agreed_on", "oriented_on", "explained",
            "closing_talk_on", "grace", **here,
        )  # fmt: skip
        self.plans = Table(
            VisitPlan, "id", "match_id", "starts_on", "ends_on", "gates", "gate_on", "review_due_on",
            ladder=list(rules.ladder), phase_months=list(rules.phase_months), review_lead_days=rules.review_lead_days,
            hold_weeks=rules.hold_weeks, grace_days=list(rules.grace_days), **here,
        )  # fmt: skip
        self.reviews = Table(
            Review, "id", "match_id", "gate_on", "held_on", "decision", "request_allows", "recorded_at", **here
        )
        self.segments = Table(
            Segment, "plan_id", "starts_on", "interval", "reason", "review_id", "allows_decrease", **here
        )
        self.pauses = Table(
            Pause, "match_id", "starts_on", "expected_on", "due_before", reason="away for some weeks", **here
        )
        self.visits = Table(Visit, *VISIT, **here)

    @cached_property
    def tables(self) -> dict[type[models.Model], Table]:
        """Parents first."""
        return {
            User: self.users, Person: self.persons, Membership: self.memberships, PeerSupporter: self.supporters,
            Certificate: self.certificates, Participant: self.participants, Consent: self.consents,
            Match: self.matches, VisitPlan: self.plans, Review: self.reviews, Segment: self.segments,
            Pause: self.pauses, Visit: self.visits,
        }  # fmt: skip

    @cached_property
    def _recorded_today(self) -> str:
        return self.now.isoformat()

    def load(self) -> None:
        """Send what was collected, parents first.

        The database plans its own checks of foreign keys once, while the tables are nearly empty, and would then walk
        through a whole programme for every row; so it is asked to plan them anew as the tables grow.
        """
        with connection.cursor() as cursor:
            cursor.execute("DISCARD PLANS")
        for table in self.tables.values():
            table.load()

    def forget(self) -> None:
        """What is added from here on can be copied as a whole."""
        for numbers in self.numbers.values():
            numbers.forget()

    # -- People ------------------------------------------------------------------------------------------------------

    def open_house(self) -> None:
        """The team, with log-ins by mailed code."""
        for role, count in TEAM.items():
            for _number in range(count):
                person_id = self._person(someone(self.chance, self.today), login=True)
                pk = self.numbers[Membership].next()
                self.memberships.add(pk, person_id, role, self.began)
                if role == Role.SUPERVISOR:
                    self.bosses.append(pk)
                    self.staff.append(person_id)

    def _person(self, one: Someone, *, login: bool = False) -> int:
        pk, user_id = self.numbers[Person].next(), None
        email = f"{one.first_name.lower()}.{pk}@example.org"
        if login:
            user_id = self.numbers[User].next()
            self.users.add(user_id, email)
        phone = f"+3246{pk % 10_000_000:07d}"
        self.persons.add(
            pk, user_id, one.first_name, one.last_name, email, phone, one.born_on, one.gender, one.languages,
            one.postcode,
        )  # fmt: skip
        return pk

    def add_supporter(self) -> Helper:
        """An active, certified peer supporter with a log-in and a supervisor."""
        one, chance = someone(self.chance, self.today), self.chance
        person_id, pk = self._person(one, login=True), self.numbers[PeerSupporter].next()
        started_on = self.began + timedelta(days=chance.randrange(120))
        awarded_on = started_on + timedelta(days=49)
        wish = one.gender if one.gender in WishedGender.values and chance.random() < 0.1 else ""  # noqa: PLR2004
        self.supporters.add(
            pk, person_id, chance.choice(self.bosses), chance.choice(HOURS), chance.choice((None, None, 1, 2, 3)),
            chance.choice((30, 45, 60, 60, 90)), wish, one.available, started_on,
        )  # fmt: skip
        self.certificates.add(pk, f"G-{pk}", awarded_on)
        self.memberships.add(self.numbers[Membership].next(), person_id, Role.PEER_SUPPORTER, awarded_on)
        return Helper(pk, person_id, one)

    def _participant(
        self,
        registered_on: date,
        status: str,
        helper: Helper | None = None,
        closed_on: date | None = None,
        why: str = "",
    ) -> tuple[int, int]:
        chance = self.chance
        one = someone(chance, self.today, helper.someone.languages if helper else None)
        person_id, pk = self._person(one), self.numbers[Participant].next()
        gender = helper.someone.gender if helper else chance.choice(("woman", "man"))
        wish = gender if gender in WishedGender.values and chance.random() < 0.15 else ""  # noqa: PLR2004
        self.participants.add(
            pk, person_id, status, registered_on, chance.choice(CHANNELS), wish, chance.choice(AGE_WISHES),
            chance.choice(CHILDREN), one.available, closed_on, why,
        )  # fmt: skip
        for purpose in (ConsentPurpose.SUPPORT, ConsentPurpose.EVALUATION):
            self.consents.add(person_id, purpose, registered_on)
        return pk, person_id

    def add_waiting(self, count: int) -> None:
        """People on the waiting list, for up to four months."""
        for _number in range(count):
            registered_on = self.today - timedelta(days=self.chance.randrange(120))
            self._participant(registered_on, ParticipantStatus.WAITING)

    # -- Matches -----------------------------------------------------------------------------------------------------

    def add_matches(self, count: int, *, weeks: int) -> None:
        """So many matches with peer supporters of their own, one to three each."""
        free = 0
        for _number in range(count):
            if not free:
                helper, free = self.add_supporter(), self.chance.choice(LOADS)
            free -= 1
            self._match(helper, weeks)

    def _match(self, helper: Helper, weeks: int) -> None:
        kind, chance, today = self.chance.randrange(1000), self.chance, self.today
        if kind < PROPOSED:
            self._unstarted(helper, MatchStatus.PROPOSED, today - timedelta(days=chance.randrange(10)))
        elif kind < AGREED:
            self._unstarted(helper, MatchStatus.AGREED, today - timedelta(days=14 + chance.randrange(10)))
        else:
            starts_on = today - timedelta(days=weeks * 7 - chance.randrange(min(SPREAD, weeks * 7)))
            self._started(helper, kind, starts_on)

    def _unstarted(self, helper: Helper, status: str, proposed_on: date) -> None:
        agreed = status == MatchStatus.AGREED
        registered_on = proposed_on - timedelta(days=self.chance.randrange(5, 60))
        person = self._participant(
            registered_on, ParticipantStatus.SUPPORTED if agreed else ParticipantStatus.WAITING, helper
        )
        yes = proposed_on + timedelta(days=2) if agreed else None
        met = proposed_on + timedelta(days=6) if agreed else None
        agreed_on = proposed_on + timedelta(days=10) if agreed else None
        due = agreed_on + timedelta(days=self.chance.randrange(3, 14)) if agreed_on else None
        self._match_row(helper, person, status, proposed_on, yes, met, agreed_on, next_due_on=due)

    def _started(self, helper: Helper, kind: int, starts_on: date) -> None:
        chance, today, until = self.chance, self.today, self.today
        status, last_visit_by = MatchStatus.ACTIVE, today - timedelta(days=1)
        age = (today - starts_on).days
        if kind < PAUSED:
            status, until = MatchStatus.PAUSED, today - timedelta(days=chance.randrange(min(30, age)) if age else 0)
            last_visit_by = until - timedelta(days=1)
        elif kind < CLOSED:
            status, until = MatchStatus.CLOSED, starts_on + timedelta(days=chance.randrange(age // 3, age + 1))
            last_visit_by = until
        elif kind < SLIPPED:
            last_visit_by = today - timedelta(days=chance.randrange(10, 45))
        year = live_through(starts_on, until, last_visit_by, self.rules, chance)
        if status == MatchStatus.PAUSED and year.last_held_on == until:
            status = MatchStatus.ACTIVE  # a pause begins after the last visit: this one began only today
        closed = status == MatchStatus.CLOSED
        why = EndReason.YEAR_COMPLETED if until >= year.ends_on else chance.choice(EARLY_ENDS)
        person = self._participant(
            starts_on - timedelta(days=25 + chance.randrange(60)),
            ParticipantStatus.CLOSED if closed else ParticipantStatus.SUPPORTED,
            helper,
            *((until, str(EndReason(why).label)) if closed else ()),
        )
        proposed_on, introduced_on = starts_on - timedelta(days=20), starts_on - timedelta(days=12)
        match_id = self._match_row(
            helper, person, status, proposed_on, starts_on - timedelta(days=17), introduced_on,
            starts_on - timedelta(days=7), started_on=starts_on, ended_on=until if closed else None,
            end_reason=why if closed else "", next_due_on=year.next_due_on if status == MatchStatus.ACTIVE else None,
            last_held_on=year.last_held_on, interval=year.interval,
        )  # fmt: skip
        if status == MatchStatus.PAUSED:
            self.pauses.add(match_id, until, today + timedelta(days=chance.randrange(2, 45)), year.next_due_on)
        self._plan_rows(match_id, year)
        for visit in year.visits:
            self._visit_row(match_id, helper, visit, year.parts[-1])

    def _match_row(
        self, helper: Helper, person: tuple[int, int], status: str, proposed_on: date, yes: date | None,
        introduced_on: date | None, agreed_on: date | None, *, started_on: date | None = None,
        ended_on: date | None = None, end_reason: str = "", next_due_on: date | None = None,
        last_held_on: date | None = None, interval: int | None = None,
    ) -> int:  # fmt: skip
        pk, staff = self.numbers[Match].next(), self.chance.choice(self.staff) if introduced_on else None
        self.matches.add(
            pk, person[0], helper.pk, person[1], helper.person_id, status, self.chance.randrange(40, 99), proposed_on,
            yes, yes, introduced_on, agreed_on, started_on, ended_on, end_reason, next_due_on, last_held_on,
            interval or self.rules.ladder[0], staff, staff, agreed_on, agreed_on, agreed_on,
            EXPLAINED if agreed_on else (), ended_on,
            grace(self.rules, interval or self.rules.ladder[0]),
        )  # fmt: skip
        return pk

    def _plan_rows(self, match_id: int, year: Year) -> None:
        pk = self.numbers[VisitPlan].next()
        self.plans.add(pk, match_id, year.starts_on, year.ends_on, year.gates, year.gate_on, year.review_due_on)
        keys = [self.numbers[Review].next() for _review in year.reviews]
        for key, review in zip(keys, year.reviews, strict=True):
            allows = review.decision == Decision.STEP_DOWN
            recorded_at = f"{review.held_on} 12:00+00" if review.held_on < self.today else self._recorded_today
            self.reviews.add(key, match_id, review.gate_on, review.held_on, review.decision, allows, recorded_at)
        for part in year.parts:
            review_id = None if part.review is None else keys[part.review]
            allowed = part.reason == SegmentReason.STEP_DOWN
            self.segments.add(pk, part.starts_on, part.interval, part.reason, review_id, allowed)

    def _visit_row(self, match_id: int, helper: Helper, visit: Visited, last: Part) -> None:
        chance, day, held = self.chance, visit.occurred_on, visit.outcome == Outcome.HELD
        worried = chance.random() < CONCERN
        settled = worried and (self.today - day).days > SETTLED_AFTER
        # more help is asked for only after the last step: before it, the step would not have been taken
        requests = LAST_REQUESTS if day >= last.starts_on else REQUESTS
        key = UUID(int=chance.getrandbits(128))
        place = f"matching_visit:{match_id}:{key}:{self.programme.pk}"
        self.visits.add(
            match_id, key.hex, visit.outcome, day, visit.due_on,
            chance.choice(MINUTES) if held else None, chance.choice(PLACES) if held else "",
            chance.choice(requests) if held else "", NOTE if held and chance.random() < 0.3 else "",  # noqa: PLR2004
            worried, lock(WORRY if worried else "", place=place),
            f"{day + timedelta(days=9)} 12:00+00" if settled else None,
            helper.person_id, f"{day} 12:00+00" if day < self.today else self._recorded_today,
        )  # fmt: skip
