"""Lets the year of the demonstration happen: every day through the deeds that people themselves would do."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from matching import services
from matching.choices import Explained, MatchStatus, Outcome, Request
from matching.models import Match, Visit
from peerhub.home.demo import cast
from peerhub.lib import walls
from peerhub.lib.member import Member
from programmes.models import Programme

MINUTES = (60, 45, 90, 60, 120, 60)
DONE = (("talk",), ("talk", "papers"), ("walk",), ("service", "papers"), ("cooking", "children"), ("language",))
ABOUT = (("company",), ("services", "debt"), ("health",), ("services",), ("children",), ("language", "work"))
DOMAINS = (
    ("school of my", "children"), ("people", "company"), ("friends", "company"), ("debt", "debt"), ("money", "debt"),
    ("pension", "services"), ("forms", "services"), ("GP", "health"), ("health", "health"), ("walk", "health"),
    ("Dutch", "language"), ("lawyer", "law"), ("room", "housing"), ("place to live", "housing"), ("housing", "housing"),
    ("work", "work"), ("school", "other"),
)  # fmt: skip
FELT = ("good", "", "so_so", "good", "", "hard")
PLACES = ("home", "home", "out", "along", "home", "phone")
DAILY_SWEEPS = 21
NAMESPACE = uuid.UUID("6f1f7c0e-4c8f-4d8a-9f5e-0a4a6f0b9d11")


def _domain(wish: str) -> str:
    """What part of life a wish is about, by its words."""
    return next((domain for word, domain in DOMAINS if word in wish), "other")


@dataclass
class Thread:
    """One match of the story and how far it has come."""

    match: Match
    script: cast.Match
    visits: int = 0
    reviews: int = 0


@dataclass
class Story:
    """The clock and the people who act."""

    programme: Programme
    today: date
    coordinator: Member
    supervisor: Member
    threads: list[Thread] = field(default_factory=list)
    beginnings: list[Thread] = field(default_factory=list)

    def day(self, ago: int) -> date:
        """So many days before today."""
        return self.today - timedelta(days=ago)

    def at(self, day: date, hour: int = 10) -> datetime:
        """An hour of a day in the programme's time zone."""
        return datetime.combine(day, time(hour), ZoneInfo(self.programme.timezone))

    def propose(self, match: Match, script: cast.Match) -> None:
        """A proposal was made. Those of the last days are answered once the year has been lived and places are free."""
        if script.state == "active":
            self.begin(match, script)
        else:
            self.beginnings.append(Thread(match, script))

    def begin(self, match: Match, script: cast.Match) -> None:
        """How far a proposal goes depends on the script."""
        active = script.state == "active"
        first = self.day(script.since) if active else self.today + timedelta(days=script.since)
        met = first - timedelta(days=7) if active else self.day(2)
        reach = cast.STATES.index(script.state)
        how: dict[str, Any] = {"by": self.coordinator, "now": self.at(met)}
        if script.state == "declined":
            return services.decline_match(match, side="supporter", code="times", **how)
        if reach >= cast.STATES.index("thinking"):
            services.accept_match(match, **how)
        if script.state == "thinking":
            services.think_for_participant(match, **how)
        if reach >= cast.STATES.index("planned"):
            services.accept_for_participant(match, **how)
        if script.state == "planned":
            self._plan(match, script.since)
        if reach >= cast.STATES.index("introduced"):
            services.introduce_match(match, introduced_on=met, **how)
            services.explain_to_participant(match, explained=Explained.values, **how)
            self._agree(match, first, confirmed=reach > cast.STATES.index("introduced"), **how)
        if active:
            self.threads.append(Thread(match, script))
        return None

    def _plan(self, match: Match, days: int) -> None:
        services.plan_meeting(
            match, meeting_at=self.at(self.today + timedelta(days=days), 14), meeting_place="The Corner House, library",
            staff=self.supervisor.person_id, by=self.coordinator, now=self.at(self.day(1)),
        )  # fmt: skip

    def _agree(self, match: Match, first: date, *, confirmed: bool, by: Member, now: datetime) -> None:
        """Her request in her own words, confirmed on paper; where they have only just met, by one of them so far."""
        wishes = [wish.strip() for wish in match.participant.request_for_help.split(";")][:3]
        agreement = services.write_agreement(
            match, goals=[(_domain(wish), wish[:1].upper() + wish[1:]) for wish in wishes], first_visit_on=first,
            terms="We meet at the Corner House first. Whoever cannot come calls the evening before.", by=by, now=now,
        )  # fmt: skip
        services.confirm_agreement(agreement, side="participant", way="paper", by=by, now=now)
        if confirmed:
            services.confirm_agreement(agreement, side="supporter", way="paper", by=by, now=now)
        match.refresh_from_db()

    def live(self) -> None:
        """Day by day up to yesterday, and this morning's sweep."""
        if not self.threads:
            return
        day = min(self.day(thread.script.since) for thread in self.threads)
        while day <= self.today:
            if day.weekday() == 0 or (self.today - day).days < DAILY_SWEEPS:  # a late sweep does what an early one does
                services.sweep(now=self.at(day, 7), on=day, programme_id=self.programme.pk)
            stands = self._stands()
            for thread in self.threads:
                if self._something_happens(thread.script, day, *stands[thread.match.pk]):
                    self._live_day(thread, day)
            day += timedelta(days=1)
        for thread in self.beginnings:
            self.begin(thread.match, thread.script)

    def _stands(self) -> dict[int, tuple[str, date | None, date | None]]:
        """How every match stands this morning: status, next visit, next review."""
        rows = Match.objects.filter(programme=self.programme).values_list(
            "pk", "status", "next_due_on", "plan__review_due_on"
        )
        return {pk: (status, due, review) for pk, status, due, review in rows}

    def _something_happens(
        self, script: cast.Match, day: date, status: str, due: date | None, review: date | None
    ) -> bool:
        if status == MatchStatus.CLOSED:
            return False
        ago = (self.today - day).days
        scripted = [one[0] for one in (script.closed, script.paused) if one]
        return ago in scripted or due == day or bool(review and review <= day)

    def _live_day(self, thread: Thread, day: date) -> None:
        walls.because("")  # each day has its own reasons, though all days are one transaction here
        thread.match.refresh_from_db()
        script, ago = thread.script, (self.today - day).days
        if thread.match.status == MatchStatus.CLOSED:
            return
        if script.closed and ago == script.closed[0]:
            services.close_match(
                thread.match, ended_on=day, end_reason=script.closed[1], back_to_waiting=False,
                by=self.coordinator, now=self.at(day, 16),
            )  # fmt: skip
            return
        if script.paused and ago == script.paused[0] and thread.match.status == MatchStatus.ACTIVE:
            services.pause_match(
                thread.match, starts_on=day, expected_on=day + timedelta(days=script.paused[1]),
                reason="a stay in hospital", by=self.coordinator, now=self.at(day, 12),
            )  # fmt: skip
            return
        self._review(thread, day)
        if thread.match.next_due_on == day and ago > max(script.silent_for, 0) and day < self.today:
            self._visit(thread, day)

    def _review(self, thread: Thread, day: date) -> None:
        plan = getattr(thread.match, "plan", None)
        if plan is None or thread.reviews >= len(thread.script.reviews):
            return
        plan.refresh_from_db()
        if plan.review_due_on is None or plan.review_due_on > day or thread.match.status != MatchStatus.ACTIVE:
            return
        decision = thread.script.reviews[thread.reviews]
        services.record_review(
            thread.match, held_on=day, decision=decision, request_allows=decision == "step_down",
            reason="We looked at the goals together." if decision == "step_down" else "Too much is still open.",
            by=self.supervisor, now=self.at(day, 11),
        )  # fmt: skip
        thread.reviews += 1
        thread.match.refresh_from_db()

    def _visit(self, thread: Thread, day: date) -> None:
        number = thread.visits
        thread.visits += 1
        missed = number in thread.script.missed
        more = number in thread.script.more_help
        last_words = self._is_last(thread, day)
        goals = len(thread.match.participant.request_for_help.split(";"))
        visit = services.log_visit(
            thread.match,
            client_id=uuid.uuid5(NAMESPACE, f"{thread.match.pk}-{number}"),
            outcome=Outcome.MISSED if missed else Outcome.HELD,
            occurred_on=day,
            minutes=MINUTES[number % len(MINUTES)],
            place=PLACES[number % len(PLACES)],
            request=Request.MORE if more else Request.LESS if number % 5 == 4 else Request.SAME,
            activities=DONE[number % len(DONE)],
            topics=ABOUT[number % len(ABOUT)],
            goals=[] if missed or number % 4 == 3 else [1 + number % min(goals, 3)],
            feeling=FELT[number % len(FELT)],
            why="not_there" if missed else "",
            note="We went through the letters of this week." if number % 4 == 1 else "",
            concern=thread.script.concern if last_words else "",
            by=self._author(thread),
            now=self.at(day, 19),
        )
        if last_words and thread.script.concern_settled:
            Visit.objects.filter(pk=visit.pk).update(concern_settled_at=self.at(day + timedelta(days=1)))

    def _is_last(self, thread: Thread, day: date) -> bool:
        """The newest visit of the story, in which a concern is raised (an old one when it was settled long ago)."""
        if not thread.script.concern:
            return False
        return thread.visits == 6 if thread.script.concern_settled else (self.today - day).days <= 7

    def _author(self, thread: Thread) -> Member:
        person = thread.match.supporter_person
        return Member(self.programme.pk, person.pk, person.user_id, person.full_name)
