"""What a peer supporter reads of somebody before both said yes: nothing by which she could be recognised.

No name, no address, no postcode, none of her own words: languages, times, the area, topics and an age band. Built here
from a few columns, and the pages of proposals know nothing else of her.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from matching.models import Match
from matching.services.pools import load_places
from matching.services.topics import TOPIC_CODES, topic_label, topics_in
from peerhub.lib.dates import whole_years
from programmes.models import Programme
from recruitment.querysets import open_files

BAND = 10
YOUNGEST, OLDEST = 18, 75


@dataclass(frozen=True)
class Sketch:
    """Somebody, without saying who; ``shared`` are the languages and times that both have."""

    languages: list[str]
    times: list[str]
    area: str
    topics: list[str]
    age: str
    shared: list[str] = field(default_factory=list)


def sketch_of(match: Match, programme: Programme, today: date) -> Sketch:
    """The participant of a proposal, as far as she can be told of before she said yes."""
    person, supporter = match.participant_person, match.supporter_person
    open_files([match.participant], today=today)
    told = match.participant.file
    place = load_places(programme).at(person.postcode)
    asked = topics_in(told.request_for_help or "")
    both = [name for name in person.language_names if name in supporter.language_names]
    times = set(told.available_words or [])
    return Sketch(
        languages=person.language_names,
        times=told.available_words or [],
        area=place[0] if place else "",
        topics=[topic_label(code) for bit, code in enumerate(TOPIC_CODES) if asked >> bit & 1],
        age=age_band(person.born_on, today),
        shared=[*both, *(words for words in match.supporter.available_words if words in times)],
    )


def age_band(born_on: date | None, today: date) -> str:
    """“25 to 34”: ten years at a time, the ends open; empty when the date of birth is not known."""
    if born_on is None:
        return ""
    age = whole_years(born_on, today)
    if age < YOUNGEST:
        return _("under %(age)s") % {"age": YOUNGEST}
    if age >= OLDEST:
        return _("%(age)s or older") % {"age": OLDEST}
    first = 25 + (age - 25) // BAND * BAND
    return _("%(first)s to %(last)s") % {"first": max(first, YOUNGEST), "last": first + BAND - 1}
