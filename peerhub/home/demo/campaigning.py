"""How the demonstration looks for people: a campaign that brought some, and one that follows the advice of today."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from matching.services import advice_for
from peerhub.home.demo.story import Story
from peerhub.people.choices import Language
from peerhub.people.services import move
from programmes.models import Programme
from recruitment.choices import APPLICATION_MOVES, ApplicationStatus, SpokenLevel
from recruitment.models import Application, Campaign, PeerSupporter
from recruitment.services import close_campaign, hold_meeting, name_campaign, start_campaign, submit_application

COFFEE: dict[str, Any] = {
    "name": "Coffee after school",
    "wanted": 4,
    "languages": ["ar", "nl"],
    "channels": ["peer_supporter", "event", "institution"],
    "segment": "Parents at the three primary schools who came here ten years ago or more and are free by day.",
    "behaviour_goal": "Four of them apply to become a peer supporter before the school year ends.",
    "heard": "Six parents said: a letter from the town goes into the drawer; what another parent tells, one does.",
    "insight": "They want to be somebody here, not only somebody's parent. They fear that their Dutch is not enough.",
    "theory": "In two other neighbourhoods people came because somebody like them asked.",
    "exchange_benefits": "A training, a certificate, people who count on you.",
    "exchange_costs": "Two afternoons a week. The training is in school hours, and small children may come along.",
    "competition": "Paid work by the hour, and the family that needs them at home.",
    "message": "You know how it was. Somebody is where you were then.",
    "methods_mix": "Lucie pours coffee at the school gate on Thursdays; the school tells it at parents' evenings.",
    "cost": 240,
}
CAME_OF_IT = (
    "Two became peer supporters, one is in training, two more applied. The coffee worked, the letter from the school "
    "did not. Next time begin with the parents who have been here long: they bring the others along."
)
# Who became peer supporters through it, and how each heard of it.
BROUGHT = {"Bilal": "institution", "Halima": "event", "Samira": "peer_supporter"}


def campaigns(programme: Programme, story: Story) -> None:
    """One that was closed, with those who came through it, and one that a line of the advice began."""
    begun, last, ended = story.day(300), story.day(12), story.day(10)
    how: dict[str, Any] = {"by": story.coordinator, "now": story.at(begun)}
    coffee = start_campaign(programme=programme, starts_on=begun, ends_on=last, **COFFEE, **how)
    brought = PeerSupporter.objects.filter(programme=programme, person__first_name__in=list(BROUGHT))
    for supporter in brought.select_related("person"):
        _applied(supporter, coffee, story)
    for application in Application.objects.open().filter(programme=programme, submitted_on__lte=last).order_by("pk"):
        name_campaign(application, campaign=coffee, by=story.coordinator, now=story.at(application.submitted_on))
    close_campaign(coffee, outcome=CAME_OF_IT, by=story.coordinator, now=story.at(ended))
    _from_the_advice(programme, story)


def _applied(supporter: PeerSupporter, campaign: Campaign, story: Story) -> None:
    """Her application and its two talks, decided on the day she began."""
    person, begun = supporter.person, supporter.started_on
    received, by = begun - timedelta(days=21), story.coordinator
    application = submit_application(
        programme=story.programme, submitted_on=received, campaign=campaign, channel=BROUGHT[person.first_name],
        person_fields={"first_name": person.first_name, "last_name": person.last_name, "email": person.email},
        experience=supporter.experience, hours_per_week=supporter.hours_per_week, by=by, now=story.at(received),
    )  # fmt: skip
    for before in (14, 7):
        day = begun - timedelta(days=before)
        hold_meeting(application, held_on=day, summary="A good talk.", by=by, now=story.at(day))
    accepted = ApplicationStatus.ACCEPTED
    move(application, accepted, moves=APPLICATION_MOVES, by=by, now=story.at(begun), decided_on=begun)


def _from_the_advice(programme: Programme, story: Story) -> None:
    """What matching says is missing most, looked for since some days."""
    advice = advice_for(programme, today=story.today)
    if not advice.wanted:
        return
    most, begun = advice.wanted[0], story.day(4)
    spoken = ", ".join(str(Language(code).label) for code in most["languages"]) or "everybody"
    start_campaign(
        programme=programme, name=f"Who speaks {spoken}?", wanted=1, starts_on=begun,
        ends_on=story.today + timedelta(days=45), languages=most["languages"], language_level=SpokenLevel.WELL,
        postcode=most["postcode"], available=most["slots"], gender=most["gender"], channels=["institution", "online"],
        segment=f"People near {most['place']} who speak {spoken} and have been here for some years.",
        behaviour_goal="One of them comes to a first talk before the end of next month.",
        exchange_benefits="To be of use to somebody who begins where they began.",
        message="Somebody near you would understand every word you say.",
        by=story.coordinator, now=story.at(begun),
    )  # fmt: skip
