"""Who is in the demonstration. Personas follow the ENSURE model's own nine; the words are ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SLUG = "neighbours"
NAME = "Neighbours for Neighbours"
ORGANISATION = "The Corner House"
TARGET_GROUP = "Families and single people in the neighbourhood who have few people to turn to"
DOMAIN = "demo.example"

TEAM = [
    ("coordinator", "Amina", "Haddad"),
    ("supervisor", "Dan", "Peeters"),
    ("professional", "Petra", "Vos"),
    ("trainer", "Tess", "Maes"),
    ("evaluator", "Eva", "Smit"),
    ("steering_member", "Stef", "Claes"),
]

PLACES = [
    ("2512", "Centre West", 52.0740, 4.3060),
    ("2515", "Station quarter", 52.0700, 4.3130),
    ("2521", "Laak", 52.0610, 4.3200),
    ("2525", "Schilderswijk West", 52.0690, 4.2950),
    ("2526", "Schilderswijk East", 52.0680, 4.3050),
    ("2531", "Moerwijk", 52.0560, 4.2960),
    ("2533", "Moerwijk South", 52.0500, 4.2890),
    ("2562", "Regentesse", 52.0760, 4.2860),
    ("2571", "Transvaal", 52.0660, 4.2860),
    ("2572", "Transvaal South", 52.0620, 4.2850),
]


@dataclass(frozen=True)
class Supporter:
    """A peer supporter of the demonstration; ``since`` in days before today."""

    first_name: str
    last_name: str
    languages: tuple[str, ...]
    postcode: str
    experience: str
    skills: str
    since: int
    available: tuple[int, ...]
    status: str = "active"
    gender: str = "woman"
    max_matches: int = 3
    born: int = 1980


# How far a match of the demonstration has come.
STATES = ("proposed", "declined", "thinking", "planned", "introduced", "agreed", "active")


@dataclass(frozen=True)
class Match:
    """How a match of the demonstration goes: with whom, since when (days before today), and what happens."""

    supporter: str
    since: int
    reviews: tuple[str, ...] = ()
    silent_for: int = 0
    missed: tuple[int, ...] = ()
    more_help: tuple[int, ...] = ()
    paused: tuple[int, int] | None = None
    closed: tuple[int, str] | None = None
    state: str = "active"
    concern: str = ""
    concern_settled: bool = False


@dataclass(frozen=True)
class Participant:
    """A participant of the demonstration; ``registered`` in days before today."""

    first_name: str
    last_name: str
    languages: tuple[str, ...]
    postcode: str
    request: str
    registered: int
    available: tuple[int, ...]
    channel: str = "other"
    gender: str = "woman"
    born: int = 1985
    wishes_gender: str = ""
    remarks: str = ""
    match: Match | None = None
    ladder: tuple[int | None, ...] = ()
    full_age: int | None = None  # days before today of the 18th birthday (negative: still to come), instead of born
    guardian: tuple[str, str] | None = None  # name and kind of who answers too
    answers: str = "written"  # how consent went: written, oral, interpreter, no_evaluation, withdrawn, before, none
    extra: dict[str, Any] = field(default_factory=dict)


SUPPORTERS = [
    Supporter("Lucie", "Moreau", ("fr", "nl"), "2521", "Waited years for her pension papers; knows what silence does.",
              "patient with forms, known by everybody on the square", 700, (0, 1, 3, 6, 9), born=1963),
    Supporter("Fatima", "El Idrissi", ("ar", "rif", "nl"), "2525", "Debts she knew nothing of, and a divorce in a new language.",
              "good listener, knows debt counselling", 330, (1, 4, 8, 11, 13), born=1989),
    Supporter("Hassan", "Saleh", ("ar", "en", "nl"), "2572", "Engineer from Aleppo; had to begin again at forty.",
              "speaks easily with services, helps with diplomas and work", 650, (2, 5, 8, 14), gender="man", born=1978),
    Supporter("Claudia", "Rossi", ("nl", "en"), "2531", "Came for the free swimming trip and stayed as an ambassador.",
              "organises, tells her story to others", 520, (0, 3, 6, 12), born=1971),
    Supporter("Zeynep", "Kaya", ("tr", "nl"), "2571", "Raised three children alone.", "school and children", 480,
              (0, 4, 7, 10), born=1982),
    Supporter("Selam", "Tesfay", ("ti", "am", "en"), "2515", "Came as a refugee, learned Dutch at the centre.",
              "nurse in her first country", 400, (2, 5, 11, 15), born=1990),
    Supporter("Joke", "van Dam", ("nl",), "2562", "Was without work for six years.", "knows the benefits office", 420,
              (1, 7), status="paused", born=1968),
    Supporter("Samira", "Bouzid", ("ar", "nl", "fr"), "2526", "Young mother without family nearby.", "cooking group",
              40, (3, 9, 12), status="in_training", born=1994),
    Supporter("Ifrah", "Warsame", ("so", "nl"), "2533", "Found her way to a GP and a school for her son.", "health",
              40, (6, 10), status="in_training", born=1987),
    Supporter("Nour", "Ahmadi", ("prs", "en", "nl"), "2572", "Fled alone at nineteen, learned Dutch from neighbours.",
              "school and children, learning Dutch", 310, (4, 7, 13), max_matches=1, born=1988),
    Supporter("Bilal", "Arslan", ("tr", "nl"), "2531", "Lost his work and a year later his house.",
              "work, letters to the housing office", 260, (7, 10, 14, 17), gender="man", max_matches=2, born=1985),
    Supporter("Halima", "Yusuf", ("so", "nl", "en"), "2562", "Brought up two children on benefits.",
              "health, benefits and forms", 220, (1, 10, 13), max_matches=1, born=1979),
]  # fmt: skip

PARTICIPANTS = [
    Participant("Marie", "Dubois", ("fr", "nl"), "2521", "find work again; my health; know what I am good at", 250,
                (0, 3, 6), "institution", born=1968, ladder=(2, 3),
                match=Match("Claudia", 200, ("step_down",), paused=(12, 20))),
    Participant("Mark", "de Wit", ("nl", "en"), "2571", "meet other people; remember appointments", 330, (4, 7, 8),
                "institution", gender="man", born=1996, ladder=(1, 3),
                remarks="Prefers a message the day before. Clear words, one thing at a time.",
                match=Match("Fatima", 290, ("step_down", "step_down", "step_down"), missed=(20, 140))),
    Participant("Yazid", "Rahimi", ("prs", "en"), "2572", "school and work; Dutch friends; a room of my own", 130,
                (2, 5, 14), "outreach", gender="man", born=2001, wishes_gender="man", ladder=(1,),
                match=Match("Hassan", 96, ("step_down",), silent_for=17)),
    Participant("An", "Janssens", ("nl",), "2533", "alone with a baby; money; somebody who listens", 80, (0, 4, 7),
                "institution", born=1997, ladder=(2,),
                match=Match("Zeynep", 49, more_help=(0,), concern="She hardly sleeps and says she cannot go on like this.")),
    Participant("Fatima", "El Idrissi", ("ar", "rif", "nl"), "2525", "debts and letters; a lawyer; learn Dutch", 800,
                (1, 4, 8), "peer_supporter", born=1989, ladder=(1, 4),
                match=Match("Lucie", 700, ("step_down", "step_down", "step_down"), closed=(335, "year_completed"))),
    Participant("Abdoul", "Diallo", ("fr",), "2515", "school; a place to live; somebody to trust", 70, (3, 9, 12, 15),
                "institution", gender="man", ladder=(1,), full_age=-400, guardian=("Mr De Smet", "judge_appointed"),
                match=Match("Lucie", 28)),
    Participant("Nadia", "Said", ("ar", "nl"), "2526", "school of my children; learn Dutch", 400, (1, 11), born=1986,
                answers="withdrawn",
                ladder=(2, 4), match=Match("Fatima", 320, ("step_down", "step_down"), closed=(60, "goals_reached"))),
    Participant("Mina", "Demir", ("tr",), "2571", "find a GP; benefits and forms", 300, (0, 7, 10), "event", born=1979,
                answers="oral",
                ladder=(2, 2), match=Match("Zeynep", 230, ("hold", "step_down"), missed=(30, 31),
                                           concern="Letters about the rent lie unopened.", concern_settled=True)),
    Participant("Hodan", "Farah", ("so", "en"), "2515", "meet other people; find a GP", 260, (5, 11, 15), "event", born=1992,
                ladder=(1, 2), match=Match("Selam", 180, ("step_down",), silent_for=24)),
    Participant("Agnieszka", "Nowak", ("pl", "en"), "2562", "find work; divorce and a lawyer", 330, (2, 14), "online",
                born=1983, ladder=(3, 5), match=Match("Hassan", 300, ("step_down", "step_down"), closed=(35, "goals_reached"))),
    Participant("Precious", "Okafor", ("en",), "2531", "housing; school of my children", 420, (3, 6, 12), "peer_supporter",
                born=1981, ladder=(2, 3), match=Match("Claudia", 380, ("step_down", "step_down", "step_down"),
                                                      closed=(14, "year_completed"))),
    Participant("Rachida", "Ouali", ("rif", "nl"), "2525", "debts and letters; meet other people", 95, (4, 8, 13), born=1975,
                ladder=(2,), match=Match("Fatima", 63, silent_for=4)),
    Participant("Tesfay", "Haile", ("ti",), "2515", "learn Dutch; find work", 60, (2, 5), "outreach", gender="man",
                answers="interpreter", born=1993, match=Match("Selam", 2, state="agreed")),
    Participant("Leyla", "Aydin", ("tr", "nl"), "2572", "school of my children", 50, (0, 4), born=1988,
                match=Match("Zeynep", 4, state="introduced")),
    Participant("Karima", "Haddad", ("ar", "fr"), "2526", "benefits and forms", 44, (1, 3, 9), born=1990,
                match=Match("Lucie", 5, state="proposed")),
    Participant("Loubna", "Bouzid", ("ar", "nl"), "2525", "housing; debts and letters", 61, (11, 13), "institution", born=1984,
                match=Match("Fatima", 2, state="planned")),
    Participant("Sanne", "Jansen", ("nl",), "2562", "meet other people; my health", 47, (1, 7, 10), born=1959,
                answers="no_evaluation"),
    Participant("Mehmet", "Yilmaz", ("tr",), "2571", "find work", 38, (14, 17), "online", gender="man", full_age=6,
                guardian=("Elif Yilmaz", "parent"), wishes_gender="man"),
    Participant("Ayaan", "Ali", ("so",), "2533", "find a GP; school of my children", 33, (6, 10), "peer_supporter", born=1991),
    Participant("Olena", "Shevchenko", ("uk", "ru"), "2512", "learn Dutch; a school for my son", 21, (0, 5, 9), "event",
                born=1989),
    Participant("Shirin", "Karimi", ("prs",), "2572", "meet other people; learn Dutch", 16, (4, 7), born=1986,
                wishes_gender="woman"),
    Participant("Maria", "Santos", ("pt", "en"), "2515", "housing", 9, (8, 11, 15), "self", born=1977, answers="oral",
                match=Match("Hassan", 3, state="thinking")),
    Participant("Brigitte", "Lambert", ("fr", "nl"), "2521", "meet other people; letters from the pension office; walk again",
                260, (0, 3, 6), "institution", born=1952, ladder=(1, 2),
                match=Match("Lucie", 220, ("step_down", "hold"), missed=(9, 18))),
    Participant("Hatice", "Çelik", ("tr", "nl"), "2571", "", 4, (), "self", born=1964, answers="none"),
    Participant("Zahra", "Mohammadi", ("prs",), "2571", "school of my children; learn Dutch", 29, (4, 13), "event", born=1990,
                wishes_gender="woman"),
    Participant("Bart", "Willems", ("nl", "en"), "2526", "debts and letters; find work", 19, (0, 1, 3, 4, 7, 8, 10, 13),
                "institution", gender="man", born=1974),
    Participant("Yusra", "Khalil", ("ar",), "2533", "", 12, (), "peer_supporter", gender="", born=1995),
]  # fmt: skip

APPLICATIONS = [
    ("Rania", "Aziz", ("ar", "nl"), 20, "Others helped me when I was alone with my children. Now it is my turn.", 0),
    ("Grace", "Mensah", ("en",), 11, "I know how it is to arrive somewhere and know nobody.", 1),
    ("Piet", "Bakker", ("nl",), 26, "I was in debt for eight years and I am out. I can say how.", 2),
]

# About whom, who wrote it, kind, days ago, what it says.
NOTES = [
    (
        "An",
        "supervisor",
        "facts",
        6,
        "She said that she sleeps three hours a night and cried during the visit. The baby looked well and was fed.",
    ),
    (
        "An",
        "supervisor",
        "needs",
        4,
        "She asks for somebody at home two mornings a week. The nurse of the baby clinic may be told.",
    ),
    (
        "Abdoul",
        "coordinator",
        "agreed",
        20,
        "His guardian is told about appointments, not about what we talk of. He chose this himself.",
    ),
]
BETWEEN = (
    "Zeynep",
    5,
    "The visits with An weigh on her; they remind her of her own first year. We speak every week for now.",
)
EMERGENCY = ("An", "professional", 2, "Her neighbour called: nobody opens the door, and I must know whom to reach.")
