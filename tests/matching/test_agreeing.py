"""What the two agree: explained first, in her own words, confirmed by both in their own way, printed once."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from matching import services, tasks
from matching.choices import Explained, MatchStatus
from matching.models import Agreement, AgreementText, Match, PersonalGoal
from peerhub.lib.errors import Refused
from recruitment.choices import ParticipantStatus
from tests import factories as make
from tests.cast import Cast

TODAY = make.TODAY
GOALS = [("work", "a job of my own"), ("company", "somebody to talk to")]


@pytest.fixture
def match(cast: Cast, now: datetime) -> Match:
    """Ben and Anna have met, and everything was explained."""
    anna = make.a_participant(cast.north, "Anna", languages=["ar"])
    made = make.a_match(cast.north, cast.ben_supporter, anna, status=MatchStatus.INTRODUCED)
    services.explain_to_participant(made, explained=Explained.values, by=cast.amina, now=now)
    return made


def written(match: Match, cast: Cast, now: datetime, **fields: Any) -> Agreement:
    how: dict[str, Any] = {"goals": GOALS, "first_visit_on": TODAY, "by": cast.amina, "now": now, **fields}
    return services.write_agreement(match, **how)


def test_explained_or_waived(cast: Cast, now: datetime) -> None:
    match = make.a_match(cast.north, status=MatchStatus.PROPOSED)
    how: dict[str, Any] = {"by": cast.amina, "now": now}
    with pytest.raises(Refused, match="Tick everything"):
        services.explain_to_participant(match, explained=["what"], **how)
    services.explain_to_participant(match, explained=["what"], waived="was supported before", **how)
    services.explain_to_participant(match, explained=Explained.values, **how)
    assert (match.oriented_on, match.explanation_waived) == (TODAY, "")
    with pytest.raises(Refused, match="agreement stands"):
        services.explain_to_participant(cast.match, explained=Explained.values, **how)


def test_nothing_is_agreed_before_it_is_explained(cast: Cast, now: datetime) -> None:
    match = make.a_match(cast.north, status=MatchStatus.INTRODUCED)
    with pytest.raises(Refused, match="First explain"):
        written(match, cast, now)


def test_both_confirm_in_their_own_way(match: Match, cast: Cast, now: datetime) -> None:
    agreement = written(match, cast, now)
    services.confirm_agreement(agreement, side="supporter", way="portal", by=cast.ben, now=now)
    assert Match.objects.get(pk=match.pk).status == MatchStatus.INTRODUCED
    agreed = services.confirm_agreement(agreement, side="participant", way="handed", by=cast.ben, now=now)
    assert (agreed.status, agreed.next_due_on, agreed.agreed_on) == (MatchStatus.AGREED, TODAY, TODAY)
    assert agreed.participant.status == ParticipantStatus.SUPPORTED
    assert agreement.recorded_by_id == cast.ben.person_id
    with pytest.raises(Refused, match="stands already"):
        services.confirm_agreement(agreement, side="participant", way="handed", by=cast.ben, now=now)


def test_one_side_confirms_once_and_only_for_herself(match: Match, cast: Cast, now: datetime) -> None:
    agreement = written(match, cast, now)
    with pytest.raises(Refused, match="herself"):
        services.confirm_agreement(agreement, side="supporter", way="portal", by=cast.amina, now=now)
    services.confirm_agreement(agreement, side="supporter", way="portal", by=cast.ben, now=now)
    for side, sentence in (("supporter", "confirmed before"), ("nobody", "which of the two")):
        with pytest.raises(Refused, match=sentence):
            services.confirm_agreement(agreement, side=side, way="paper", by=cast.amina, now=now)


def test_written_anew_it_is_confirmed_anew(match: Match, cast: Cast, now: datetime) -> None:
    services.confirm_agreement(written(match, cast, now), side="supporter", way="portal", by=cast.ben, now=now)
    again = written(match, cast, now, goals=GOALS[:1], terms="on Mondays")
    match.refresh_from_db()
    assert (match.supporter_agreed_on, again.supporter_confirmed_at) == (None, None)
    assert list(PersonalGoal.objects.filter(match=match).values_list("own_words", flat=True)) == ["a job of my own"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [({"goals": []}, "one to three"), ({"goals": GOALS * 2}, "one to three"),
     ({"first_visit_on": TODAY - timedelta(days=1)}, "today or later")],
)  # fmt: skip
def test_agreements_that_cannot_be(
    match: Match, cast: Cast, now: datetime, fields: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        written(match, cast, now, **fields)


def test_no_agreement_before_they_met_or_after_it_stands(cast: Cast, now: datetime) -> None:
    for status in (MatchStatus.PROPOSED, MatchStatus.AGREED):
        with pytest.raises(Refused, match="after they have met"):
            written(make.a_match(cast.north, status=status), cast, now)


def test_each_language_has_its_text_and_each_agreement_its_version(match: Match, cast: Cast, now: datetime) -> None:
    first = services.current_text(cast.north, language=services.language_of(match), now=now)
    assert (first.version, first.language) == (1, "en")
    assert "Secrecy ends" in first.body
    agreement = written(match, cast, now)
    with pytest.raises(Refused, match="Nothing was changed"):
        services.write_text(cast.north, language="en", body=first.body, by=cast.amina, now=now)
    with pytest.raises(Refused, match="empty"):
        services.write_text(cast.north, language="en", body=" ", by=cast.amina, now=now)
    services.write_text(cast.north, language="en", body="In our words.\r\n\r\nTwice.", by=cast.amina, now=now)
    agreement.refresh_from_db()
    assert (agreement.text.version, AgreementText.objects.count()) == (1, 2)
    assert services.current_text(cast.north, language="en", now=now).paragraphs == ["In our words.", "Twice."]


def test_it_is_printed_once_and_for_everybody_to_read(match: Match, cast: Cast, now: datetime) -> None:
    agreement = written(match, cast, now, terms="We meet outside.", parallel_support=True, parallel_words="her GP")
    assert tasks.print_agreements() == 0
    for side in ("participant", "supporter"):
        services.confirm_agreement(agreement, side=side, way="paper", by=cast.amina, now=now)
    assert tasks.print_agreements() == 1
    assert not services.print_agreement(agreement)
    found = Agreement.objects.get(pk=agreement.pk)
    reader = PdfReader(io.BytesIO(bytes(found.pdf or b"")))
    text = " ".join(" ".join(one.extract_text() for one in reader.pages).split())
    for words in ("Our agreement", "a job of my own", "every week", "her GP", "Secrecy ends", "Anna", "on paper"):
        assert words in text
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"


def test_a_goal_goes_its_way(match: Match, cast: Cast, now: datetime) -> None:
    written(match, cast, now)
    goal = PersonalGoal.objects.filter(match=match).earliest("number")
    services.move_goal(goal, status="in_progress", by=cast.amina, now=now)
    services.move_goal(goal, status="reached", by=cast.amina, now=now)
    for status in ("reached", "open"):
        with pytest.raises(Refused, match="cannot become"):
            services.move_goal(goal, status=status, by=cast.amina, now=now)
