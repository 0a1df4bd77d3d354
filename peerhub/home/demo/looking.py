"""Who looked at whose file in the year of the demonstration, and the link by which one participant can see it."""

from __future__ import annotations

from matching.models import Match
from peerhub.home.demo.story import Story
from peerhub.lib.member import Member
from peerhub.people.choices import Purpose, Reading
from peerhub.people.services import make_link, record_looks
from programmes.models import Programme
from recruitment.models import Participant

MONTHS = 3


def look_around(programme: Programme, story: Story) -> None:
    """Each month the coordinator opens every page, the supervisor reads every match, supporters open theirs."""
    for number, row in enumerate(Participant.objects.filter(programme=programme).order_by("pk")):
        for month in range(MONTHS):
            at = story.at(story.day(2 + number % 9 + 30 * month), 9 + number % 8)
            deed = "recruitment:participant"
            record_looks([row.person_id], kind=Reading.FILE, by=story.coordinator, now=at, deed=deed)
    matches = Match.objects.filter(programme=programme).live().exclude(introduced_on=None)
    for number, match in enumerate(matches.select_related("supporter_person", "participant_person").order_by("pk")):
        supporter = match.supporter_person
        who = Member(programme.pk, supporter.pk, supporter.user_id, supporter.full_name)
        at = story.at(story.day(1 + number % 6), 17)
        record_looks([match.participant_person_id], kind=Reading.FILE, by=who, now=at, deed="matching:people")
        at, deed = story.at(story.day(3 + number % 6), 14), "matching:match"
        record_looks([match.participant_person_id], kind=Reading.NOTE, by=story.supervisor, now=at, deed=deed)
    first = matches.select_related("participant_person").order_by("pk").first()
    if first:
        about = first.participant_person
        make_link(purpose=Purpose.SEE_MY_FILE, person=about, by=story.coordinator, now=story.at(story.day(2)))
