"""What happens beside the visits in the demonstration: calls, questions, a walk with two, cover, what is to come."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from matching import services
from matching.models import HelpRequest, Match
from peerhub.home.demo.story import NAMESPACE, Story
from peerhub.lib.member import Member
from programmes.models import Programme
from recruitment.models import PeerSupporter
from supervision.services import plan_session

# Who, days ago, kind, minutes, what for: work beside the visits.
WORK = (
    ("Lucie", 1, "call", 20, "rang the school about the open day"),
    ("Lucie", 4, "travel", 40, "with the bus to the town hall and back"),
    ("Lucie", 9, "preparation", 30, "looked up courses near his home"),
    ("Lucie", 10, "meeting", 90, ""),
    ("Lucie", 33, "call", 15, ""),
    ("Lucie", 40, "meeting", 90, ""),
    ("Hassan", 3, "call", 10, ""),
    ("Selam", 6, "preparation", 30, "found out which papers the doctor asks for"),
)  # fmt: skip
# Who asked, days ago, kind, what; then hours until the answer (none: still waits) and the answer.
ASKED = (
    ("Selam", 44, "help", "She wants me to sign a paper for her. May I?", 5,
     "No, and say that it is our rule, not yours. Bring it on Thursday, we look at it together."),
    ("Hassan", 31, "help", "He asks me to lend him money for the bus.", 3,
     "We never lend. The Corner House has day tickets for people we visit; I put two in your box."),
    ("Lucie", 18, "help", "He does not want to talk about school any more. Do I let it rest?", 20,
     "Yes. Do something nice together, he comes back to it. Well seen of you."),
    ("Zeynep", 1, "help", "I lie awake over the young mother. Can we talk this week?", None, ""),
    ("Selam", 2, "pause", "My sister gives birth: away for two weeks from next Monday on.", None, ""),
)  # fmt: skip


def beside_visits(programme: Programme, story: Story) -> None:
    """All of it, through the deeds that people themselves would do."""
    supporters = {
        one.person.first_name: one
        for one in PeerSupporter.objects.filter(programme=programme, status="active").select_related("person")
    }
    _work(programme, story, supporters)
    _questions(programme, story, supporters)
    _a_walk_with_two(programme, story, supporters["Lucie"])
    _somebody_steps_in(programme, story, supporters["Lucie"])
    _goals_move(programme, story)
    _supervision_to_come(programme, story, supporters)


def _member(story: Story, supporter: PeerSupporter) -> Member:
    person = supporter.person
    return Member(story.programme.pk, person.pk, person.user_id, person.full_name)


def _work(programme: Programme, story: Story, supporters: dict[str, PeerSupporter]) -> None:
    for number, (name, ago, kind, minutes, note) in enumerate(WORK):
        services.log_work(
            programme, client_id=uuid.uuid5(NAMESPACE, f"work-{number}"), kind=kind, occurred_on=story.day(ago),
            minutes=minutes, note=note, by=_member(story, supporters[name]), now=story.at(story.day(ago), 20),
        )  # fmt: skip


def _questions(programme: Programme, story: Story, supporters: dict[str, PeerSupporter]) -> None:
    for number, (name, ago, kind, text, hours, answer) in enumerate(ASKED):
        at = story.at(story.day(ago), 19)
        asked: HelpRequest = services.ask_help(
            programme, client_id=uuid.uuid5(NAMESPACE, f"asked-{number}"), kind=kind, text=text,
            by=_member(story, supporters[name]), now=at,
        )  # fmt: skip
        if hours is not None:
            services.answer_help(asked, answer=answer, by=story.supervisor, now=at + timedelta(hours=hours))


def _a_walk_with_two(programme: Programme, story: Story, supporter: PeerSupporter) -> None:
    """One entry for an activity with several people, on a day on which she visited neither of them."""
    first, *others = Match.objects.filter(programme=programme, supporter=supporter, status="active").order_by("-pk")
    mine = [first, *others]
    day = next(
        story.day(ago) for ago in range(8, 30)
        if not any(match.visits.filter(occurred_on=story.day(ago)).exists() for match in mine)
    )  # fmt: skip
    services.log_shared_visit(
        first, client_id=uuid.uuid5(NAMESPACE, "a walk with two"), also=[match.pk for match in others], outcome="held",
        occurred_on=day, minutes=120, place="out", activities=["walk", "culture"], feeling="good",
        by=_member(story, supporter), now=story.at(day, 20),
    )  # fmt: skip


def _somebody_steps_in(programme: Programme, story: Story, substitute: PeerSupporter) -> None:
    """A peer supporter is away for some days; another one makes her visits and sees what she needs for them."""
    match = Match.objects.get(programme=programme, status="active", participant_person__first_name="Rachida")
    services.arrange_cover(
        match, substitute=substitute, starts_on=story.today, ends_on=story.today + timedelta(days=9),
        need="Ring twice. Not before ten.", by=story.coordinator, now=story.at(story.today, 9),
    )  # fmt: skip


def _goals_move(programme: Programme, story: Story) -> None:
    """Whoever has come for half a year has a goal on the way, and one of them has reached one."""
    long = Match.objects.filter(programme=programme, status="active", started_on__lt=story.day(150))
    for match in long.select_related("participant_person", "supporter__person"):
        goal = match.goals.select_related("match").order_by("number").first()
        if goal:
            by = _member(story, match.supporter)
            services.move_goal(goal, status="in_progress", by=by, now=story.at(story.day(80)))
            if match.participant_person.first_name == "Mark":
                services.move_goal(goal, status="reached", by=by, now=story.at(story.day(20)))


def _supervision_to_come(programme: Programme, story: Story, supporters: dict[str, PeerSupporter]) -> None:
    """What is planned, and one that is over, of which nobody has said yet whether it was held."""
    common: dict[str, Any] = {"programme": programme, "by": story.supervisor, "now": story.at(story.today, 9)}
    before = {**common, "now": story.at(story.day(6), 9)}
    plan_session(
        kind="one_to_one", starts_at=story.at(story.day(1), 16), minutes=45, place="The Corner House, upstairs",
        supporters=[supporters["Fatima"]], **before,
    )  # fmt: skip
    plan_session(
        kind="one_to_one", starts_at=story.at(story.today + timedelta(days=2), 14), minutes=45,
        place="The Corner House, upstairs", supporters=[supporters["Lucie"]], **common,
    )  # fmt: skip
    plan_session(
        kind="intervision", starts_at=story.at(story.today + timedelta(days=9), 19), minutes=90,
        link="https://meet.example.org/intervision", supporters=list(supporters.values()), **common,
    )  # fmt: skip
