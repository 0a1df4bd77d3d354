"""What the team of the demonstration decided about matching: rules with a reason, a locked pair, a conflict."""

from __future__ import annotations

from datetime import timedelta

from matching.choices import MarkKind, MarkReason, SaidBy
from matching.services import lift_mark, mark_pair, search_pairs, set_rules
from peerhub.home.demo.story import Story
from peerhub.people.models import Person
from programmes.models import Programme
from recruitment.models import Participant, PeerSupporter

CARE = timedelta(days=3 * 365)
LIKES = {
    "Lucie": ["walking", "reading"], "Fatima": ["cooking", "children"], "Hassan": ["games", "repairs"],
    "Claudia": ["walking", "music"], "Zeynep": ["crafts", "children"], "Selam": ["cooking", "music"],
    "Sanne": ["walking", "animals"], "Loubna": ["cooking"], "Olena": ["music", "children"], "Shirin": ["crafts"],
    "Mehmet": ["sport", "games"], "Ayaan": ["cooking", "children"],
}  # fmt: skip
WITH_CHILDREN = {"Ayaan": 3, "Olena": 1, "Hatice": 0, "Sanne": 0, "Mehmet": 0}
A_LITTLE = {"Olena": ["ru"], "Hatice": ["nl"]}
GOES = {"Hassan": "car", "Lucie": "public", "Selam": "public"}


def decide(programme: Programme, story: Story) -> None:
    """People say what they like and how they travel; the team looks at certificates, decides about pairs, searches."""
    day = story.day(120)
    for supporter in PeerSupporter.objects.filter(programme=programme).select_related("person"):
        supporter.interests = LIKES.get(supporter.person.first_name, [])
        supporter.travel_mode = GOES.get(supporter.person.first_name, "bicycle")
        if supporter.status == "active" and supporter.started_on <= day:
            supporter.vetting_passed, supporter.vetting_seen_on, supporter.vetting_until_on = True, day, day + CARE
        supporter.save()
    for participant in Participant.objects.filter(programme=programme).select_related("person"):
        name = participant.person.first_name
        participant.interests, participant.children = LIKES.get(name, []), WITH_CHILDREN.get(name)
        participant.save()
        if name in A_LITTLE:
            Person.objects.filter(pk=participant.person_id).update(languages_little=A_LITTLE[name])
    set_rules(
        programme=programme,
        weights={"near": 35},
        reason="In winter long ways were the first reason why visits did not happen.",
        by=story.coordinator,
        now=story.at(story.day(200)),
    )
    set_rules(
        programme=programme,
        weights={"experience": 25, "skills": 10, "near": 15},
        vetting_for="minors",
        reason="Shared experience carries most; where there are children we look at a certificate first.",
        by=story.coordinator,
        now=story.at(day),
    )
    marks = (
        ("Claudia", "Sanne", MarkKind.LOCKED, MarkReason.WISH, SaidBy.TEAM, "They know each other from the choir."),
        ("Zeynep", "Hatice", MarkKind.CONFLICT, MarkReason.FAMILY, SaidBy.PARTICIPANT, "Her sister-in-law."),
        ("Lucie", "Mehmet", MarkKind.FORBIDDEN, MarkReason.NEIGHBOURS, SaidBy.TEAM, "Same staircase."),
    )
    made = []
    for ours, theirs, kind, reason, said_by, words in marks:
        mark = mark_pair(
            programme=programme,
            supporter_person=Person.objects.get(
                programme_id=programme.pk, first_name=ours, supporter_roles__isnull=False
            ),
            participant_person=Person.objects.get(
                programme_id=programme.pk, first_name=theirs, participant_roles__isnull=False
            ),
            kind=kind,
            reason=reason,
            said_by=said_by,
            words=words,
            by=story.coordinator,
            now=story.at(story.day(8)),
        )
        made.append(mark)
    lift_mark(made[-1], by=story.coordinator, now=story.at(story.day(5)))  # she has moved
    search_pairs(programme=programme, by=story.coordinator, now=story.at(story.today))  # looked at, not proposed
