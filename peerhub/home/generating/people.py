"""Who they are: invented names, languages, places and free times. Nobody here exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

FIRST_NAMES = {
    "woman": """Amal Anouk Aya Beatriz Daria Elif Emma Esther Fatima Femke Hanan Ines Jamila Julia Khadija Leyla Lotte
        Maria Mariam Mila Nadia Noor Oksana Rania Rosa Sahar Samira Sara Selin Sofia Tess Yasmin Zainab Zofia""",
    "man": """Abdel Adam Ahmed Bilal Bram Daan David Emre Farid Filip Gabriel Hamza Ibrahim Idris Jan Karim Lars Luca
        Mehdi Milan Mohamed Noah Omar Pavel Ravi Rayan Samuel Sem Tariq Thomas Viktor Yusuf Zakaria""",
    "other": "Alex Charlie Dani Kai Kim Lou Nour Robin Sam Sascha",
}
LAST_NAMES = """Aalbers Achterberg Baert Bakir Benali Boutaib Claes Coppens Demirci Devos Dumont El-Idrissi Ferreira
    Gebre Goossens Haddouch Hermans Ilyas Jacobs Janssen Kaplan Kowal Lambert Lemmens Maes Mertens Moreau Nassiri Novak
    Okoro Osman Ozturk Peeters Petrenko Popescu Rahimi Renard Sahin Santos Simons Singh Smets Tahiri Verbeke Vermeer
    Willems Yildiz Zamani"""
LANGUAGES = {
    "nl": 60, "fr": 32, "ar": 20, "en": 18, "tr": 12, "uk": 6, "pl": 6, "es": 6, "prs": 4, "ti": 4, "so": 4, "rif": 4,
    "ru": 4, "fa": 3, "pt": 3, "ro": 3, "ur": 2, "am": 2, "ps": 2, "ku": 2,
}  # fmt: skip
_CODES, _WEIGHTS = list(LANGUAGES), list(LANGUAGES.values())
_NAMES = {gender: names.split() for gender, names in FIRST_NAMES.items()}
_LAST_NAMES = LAST_NAMES.split()
HOURS = (2, 3, 3, 4, 4, 6, 8)
ROWS = 20  # of the square of places
FIRST_POSTCODE = 1000
NORTH, WEST, STEP_NORTH, STEP_EAST = 50.76, 4.22, 0.009, 0.014  # a kilometre from one place to the next


@dataclass(frozen=True, slots=True)
class Someone:
    """A person without a row yet."""

    first_name: str
    last_name: str
    gender: str
    born_on: date
    languages: list[str]
    postcode: str
    available: list[int]


def someone(chance: Random, today: date, speaks: list[str] | None = None) -> Someone:
    """An invented person; with ``speaks`` she shares a language with somebody who speaks these."""
    luck = chance.random()
    gender = "woman" if luck < 0.6 else "man" if luck < 0.98 else "other"  # noqa: PLR2004  # shares, nothing more
    languages = set(chance.choices(_CODES, _WEIGHTS, k=chance.choice((1, 2, 2, 3))))
    if speaks:
        languages.add(chance.choice(speaks))
    slots = range(21)
    return Someone(
        first_name=chance.choice(_NAMES[gender]),
        last_name=chance.choice(_LAST_NAMES),
        gender=gender,
        born_on=today - timedelta(days=chance.randrange(19 * 366, 75 * 365)),
        languages=sorted(languages),
        postcode=str(FIRST_POSTCODE + chance.randrange(ROWS * ROWS)),
        available=sorted(chance.sample(slots, chance.randrange(3, 9))),
    )


def places() -> list[tuple[str, str, float, float]]:
    """A square of places a kilometre apart: postcode, name, latitude, longitude."""
    return [
        (
            str(FIRST_POSTCODE + row * ROWS + column),
            f"Place {row + 1}-{column + 1}",
            NORTH + row * STEP_NORTH,
            WEST + column * STEP_EAST,
        )
        for row in range(ROWS)
        for column in range(ROWS)
    ]
