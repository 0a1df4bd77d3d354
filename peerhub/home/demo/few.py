"""What few may read in the demonstration, and an emergency in which somebody else had to."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from peerhub.home.demo import cast
from peerhub.home.demo.story import Story
from peerhub.lib.member import Member
from peerhub.people.choices import Reading
from peerhub.people.services import record_looks
from programmes.models import Programme
from programmes.services import open_notes
from recruitment.models import Participant, PeerSupporter
from recruitment.services import note_about


def keep_notes(programme: Programme, story: Story, team: dict[str, Member]) -> None:
    """Sensitive notes about participants and one about a peer supporter, and an emergency two days ago."""
    people = {one.person.first_name: one.person for one in Participant.objects.filter(programme=programme)}
    written = {}
    for name, role, kind, ago, text in cast.NOTES:
        at = story.at(story.day(ago))
        written[name, kind] = note_about(
            people[name], key=uuid4(), kind=kind, text=text, today=story.day(ago), by=team[role], now=at
        )
    name, ago, text = cast.BETWEEN
    helper = PeerSupporter.objects.get(programme=programme, person__first_name=name).person
    at = story.at(story.day(ago))
    note_about(helper, key=uuid4(), kind="supervision", text=text, today=story.day(ago), by=team["supervisor"], now=at)
    name, role, ago, reason = cast.EMERGENCY
    at = story.at(story.day(ago))
    open_notes(people[name], reason=reason, by=team[role], now=at)
    record_looks(
        [people[name].pk],
        kind=Reading.NOTE,
        by=team[role],
        now=at + timedelta(minutes=2),
        deed="recruitment:note",
        subject=f"note:{written[name, 'needs'].pk}",
        reason=reason,
    )
