"""The questionnaires that peerhub may ship, and how their answers become a score. No Django.

Items are addressed by code, never by position: the same questionnaire circulates in different orders. A sheet stores
its answers in the order of ``items`` of the instrument's version. Texts are marked for translation here and translated
where they are shown; a translation is peerhub's own and not validated. Licences were checked on the day given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


def _(text: str) -> str:
    """Marks a text for translation; the page or the report translates it."""
    return text


class UnknownInstrumentError(LookupError):
    """No questionnaire has this code."""


class WrongAnswerError(ValueError):
    """An answer that the questionnaire does not offer, or to an item that it does not have."""


@dataclass(frozen=True, slots=True)
class Item:
    """One question. ``answers`` are the values that may be given, each with its words."""

    code: str
    text: str
    answers: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Instrument:
    """A questionnaire: its items in the order of storage, and what its score means.

    The score is the sum of all items, from ``low`` to ``high``; ``higher_is_better`` says which way is up. With an
    item unanswered there is no score: short scales allow no guessing.
    """

    code: str
    version: int
    name: str
    items: tuple[Item, ...]
    low: int
    high: int
    higher_is_better: bool
    licence: str
    source: str
    checked_on: date

    @property
    def item_codes(self) -> tuple[str, ...]:
        """The codes of the items, in the order in which a sheet stores them."""
        return tuple(item.code for item in self.items)


@dataclass(frozen=True, slots=True)
class Score:
    """What a sheet is worth. ``score`` is None where too many answers are missing."""

    score: float | None
    n_answered: int
    n_items: int
    prorated: bool = False
    band: str | None = None

    def as_dict(self) -> dict[str, object]:
        """As the ``score`` command prints it."""
        return {
            "score": self.score,
            "subscales": {},
            "n_answered": self.n_answered,
            "n_items": self.n_items,
            "prorated": self.prorated,
            "band": self.band,
        }


RUNGS = (
    (1, _("mostly alone, hardly any contact outside the home")),
    (2, _("meets people outside the home every week")),
    (3, _("takes part in an organised activity every week")),
    (4, _("does unpaid work that others count on, every week")),
    (5, _("has a paid job with support")),
    (6, _("has a paid job without support")),
)
HOW_OFTEN = ((1, _("hardly ever or never")), (2, _("some of the time")), (3, _("often")))
ZERO_TO_TEN = tuple((value, str(value)) for value in range(11))

LADDER = Instrument(
    code="ladder",
    version=1,
    name=_("Participation ladder"),
    items=(Item("ladder_1", _("Which step fits this person best now?"), RUNGS),),
    low=1,
    high=6,
    higher_is_better=True,
    licence="own wording of a public idea (VNG participatieladder); class A",
    source="https://www.arbeidsdeskundigen.nl",
    checked_on=date(2026, 11, 1),
)
LONELINESS = Instrument(
    code="ucla3",
    version=1,
    name=_("Loneliness in three questions"),
    items=(
        Item("ucla3_1", _("How often do you feel that you lack companionship?"), HOW_OFTEN),
        Item("ucla3_2", _("How often do you feel left out?"), HOW_OFTEN),
        Item("ucla3_3", _("How often do you feel isolated from others?"), HOW_OFTEN),
    ),
    low=3,
    high=9,
    higher_is_better=False,
    licence="not a copyrighted scale (Hughes et al. 2004, Research on Aging 26:655); class A",
    source="https://www.cmu.edu/dietrich/psychology/stress-immunity-disease-lab/scales/",
    checked_on=date(2026, 11, 1),
)
GOAL = Instrument(
    code="goal",
    version=1,
    name=_("Own goal"),
    items=(Item("goal_1", _("How close are you to your own goal, from 0 to 10?"), ZERO_TO_TEN),),
    low=0,
    high=10,
    higher_is_better=True,
    licence="own; class A",
    source="",
    checked_on=date(2026, 11, 1),
)
INSTRUMENTS = {instrument.code: instrument for instrument in (LADDER, LONELINESS, GOAL)}


def instrument_named(code: str) -> Instrument:
    """The questionnaire with this code. Raises UnknownInstrumentError naming those there are."""
    if code not in INSTRUMENTS:
        raise UnknownInstrumentError(f"There is no questionnaire “{code}”. There are: {', '.join(INSTRUMENTS)}.")
    return INSTRUMENTS[code]


def in_order(instrument: Instrument, answers: Mapping[str, int | None]) -> list[int | None]:
    """Answers by item code, as a sheet stores them; items not mentioned are unanswered.

    Raises WrongAnswerError for an item that the questionnaire does not have and for a value that it does not offer.
    """
    for code in answers:
        if code not in instrument.item_codes:
            raise WrongAnswerError(f"“{code}” is no item of {instrument.code}: {', '.join(instrument.item_codes)}.")
    return [_checked(item, answers.get(item.code)) for item in instrument.items]


def _checked(item: Item, value: int | None) -> int | None:
    offered = [answer for answer, _words in item.answers]
    if value is None:
        return None
    if type(value) is not int or value not in offered:  # True is no 1, and 2.0 no 2
        raise WrongAnswerError(f"“{value}” is no answer to {item.code}: give {offered[0]} to {offered[-1]}.")
    return value


def score(instrument: Instrument, answers: Sequence[int | None]) -> Score:
    """The score of a stored sheet: the sum of its answers, or none when one is missing."""
    known = [value for value in answers if value is not None]
    complete = len(known) == len(instrument.items)
    return Score(float(sum(known)) if complete else None, len(known), len(instrument.items))
