"""How the people of the demonstration said yes and no: on paper, aloud, with a guardian; taken back, never asked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from peerhub.home.demo import cast
from peerhub.home.demo.story import Story
from peerhub.people.choices import ConsentAnswer, ConsentMode, ConsentPurpose, GivenBy
from peerhub.people.consent import text_to_read
from peerhub.people.models import LegalRepresentative, Person
from peerhub.people.services import add_representative, record_consent, withdraw_consent, write_consent_text

DUTCH = (
    "Wij willen een maatje voor u zoeken. Daarvoor houden wij een dossier bij.\n\n"
    "Daarin staat: uw naam, hoe wij u bereiken, uw talen, uw leeftijd, ongeveer waar u woont, waarbij u hulp vraagt, "
    "wanneer u tijd heeft en wanneer wij elkaar zagen.\n\n"
    "Uw maatje en de mensen van ons team die met u werken, kunnen het lezen. Niemand anders. Wij vertellen nooit iets "
    "aan de vreemdelingendienst, de uitkeringsdienst of de politie, behalve als iemand in gevaar is.\n\n"
    "U mag uw dossier zien en laten verbeteren. U mag stoppen wanneer u wilt. Dan houden wij geen dossier meer bij, en "
    "wij helpen u andere steun te vinden.\n\n"
    "Mogen wij een dossier bijhouden en een maatje voor u zoeken?"
)
MODES = {"oral": ConsentMode.ORAL, "interpreter": ConsentMode.INTERPRETER}
ASKED = (ConsentPurpose.SUPPORT, ConsentPurpose.EVALUATION, ConsentPurpose.RECORD_SENSITIVE)
INTERPRETER = "Telephone interpreter"
WITHDRAWN_AFTER = timedelta(days=90)


def texts(story: Story) -> None:
    """The programme has its words about the file in Dutch too."""
    write_consent_text(
        programme_id=story.programme.pk,
        purpose=ConsentPurpose.SUPPORT,
        language="nl",
        text=DUTCH,
        asks_again=False,
        by=story.coordinator,
        now=story.at(story.day(900)),
    )


def said_by(person: Person, one: cast.Participant, story: Story, day: date) -> None:
    """What one participant answered when she was registered."""
    if one.answers == "none":
        return
    guardian = _guardian(person, one, story, day)
    for purpose in ASKED:
        refused = purpose == ConsentPurpose.EVALUATION and one.answers == "no_evaluation"
        refused = refused or (purpose == ConsentPurpose.RECORD_SENSITIVE and one.answers in ("oral", "withdrawn"))
        said = _say(person, one, story, purpose=purpose, day=day, guardian=guardian, no=refused)
        if purpose == ConsentPurpose.EVALUATION and one.answers == "withdrawn":
            later = day + WITHDRAWN_AFTER
            withdraw_consent(said, today=later, by=story.coordinator, now=story.at(later))


def _guardian(person: Person, one: cast.Participant, story: Story, day: date) -> LegalRepresentative | None:
    if one.guardian is None:
        return None
    name, kind = one.guardian
    return add_representative(
        person, name=name, contact="", kind=kind, from_on=day, by=story.coordinator, now=story.at(day)
    )


def _say(
    person: Person,
    one: cast.Participant,
    story: Story,
    *,
    purpose: str,
    day: date,
    guardian: LegalRepresentative | None,
    no: bool,
) -> Any:
    text = text_to_read(story.programme.pk, purpose=purpose, language=one.languages[0])
    mode = MODES.get(one.answers, ConsentMode.WRITTEN)
    with_guardian = guardian is not None and not no
    return record_consent(
        person,
        purpose=purpose,
        answer=ConsentAnswer.NO if no else ConsentAnswer.YES,
        language=text.language,
        version=text.version,
        mode=mode,
        today=day,
        given_by=GivenBy.GUARDIAN if with_guardian else GivenBy.SELF,
        representative=guardian if with_guardian else None,
        assent=True if with_guardian else None,
        read_by=Person.objects.get(pk=story.coordinator.person_id),
        witness=Person.objects.get(pk=story.supervisor.person_id) if mode == ConsentMode.ORAL else None,
        interpreter=INTERPRETER if mode == ConsentMode.INTERPRETER else "",
        by=story.coordinator,
        now=story.at(day),
    )
