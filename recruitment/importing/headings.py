"""Headings in English, Dutch and French → fields, and what a sheet is about. A guess that a person may correct."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from recruitment.importing.synonyms import WORDS
from recruitment.importing.text import Grid, Row, plain, words
from recruitment.importing.week import parse_slots

SUPPORTER, PARTICIPANT, BY_COLUMN, LEFT_OUT = "peer_supporter", "participant", "column", ""
ROLES = {
    SUPPORTER: _("peer supporters"),
    PARTICIPANT: _("participants"),
    BY_COLUMN: _("both: a column says which"),
    LEFT_OUT: _("leave this sheet out"),
}
FIELDS = {
    "first_name": _("first name"),
    "infix": _("name prefix (van, de)"),
    "last_name": _("last name"),
    "full_name": _("whole name"),
    "email": _("e-mail address"),
    "phone": _("phone"),
    "born_on": _("date of birth"),
    "gender": _("gender"),
    "languages": _("languages"),
    "postcode": _("postcode"),
    "available": _("usually free"),
    "available_here": _("free at the time in the heading"),
    "wishes": _("wishes about the match"),
    "since": _("registered or started on"),
    "experience": _("lived experience"),
    "skills": _("skills"),
    "hours_per_week": _("hours a week"),
    "max_matches": _("people at the same time"),
    "max_travel_minutes": _("minutes of travel, at most"),
    "request_for_help": _("asks for help with"),
    "channel": _("found through"),
    "children": _("children at home"),
    "safe_contact": _("do not contact by"),
    "consent_on": _("consent to a file, given on"),
    "interests": _("likes"),
    "travel_mode": _("travels"),
    "offers": _("offers"),
    "support_kind": _("asks for"),
    "visits_at_home": _("visits at home"),
    "hosts_people": _("people who can stay"),
    "group_places": _("places in the group"),
    "placement_ends_on": _("student placement until"),
    "vetting_seen_on": _("certificate of conduct seen on"),
    "vetting_until_on": _("certificate of conduct valid until"),
    "remarks": _("remarks"),
    "role": _("role"),
}
SEVERAL = words(
    "phone|email|languages|available|available_here|wishes|experience|skills|request_for_help|safe_contact|remarks"
    "|interests"
)
OF_SUPPORTERS = words(
    "experience|skills|hours_per_week|max_matches|max_travel_minutes|travel_mode|offers|hosts_people|group_places"
    "|placement_ends_on|vetting_seen_on|vetting_until_on"
)
OF_PARTICIPANTS = words("request_for_help|channel|children|safe_contact|consent_on|support_kind|visits_at_home")
SYNONYMS = {name: field for field, names in WORDS.items() for name in names.split("|")}
PARTS_OF_WORDS: tuple[tuple[str, str], ...] = (
    (r"tussenvoeg", "infix"),
    (r"voornaam|first name|prenom", "first_name"),
    (r"achternaam|familienaam|surname|last name|nom de famille", "last_name"),
    (r"\be ?mail|courriel", "email"),
    (r"telefoon|telephone|\btel\b|\bgsm\b|mobiel|mobile|phone|portable", "phone"),
    (r"geboorte ?dat|geb dat|date of birth|date de naissance|birth ?da", "born_on"),
    (r"\btalen\b|\btaal\b|langue|language", "languages"),
    (r"postcode|code postal|postal code|zip code", "postcode"),
    (r"reis|travel|trajet|deplacement", "max_travel_minutes"),
    (r"(?:uren|uur|hours|heures).*(?:week|semaine)", "hours_per_week"),
    (r"^max", "max_matches"),
    (r"niet (?:bellen|contact|bereik|benader)|not contact|pas contact", "safe_contact"),
    (r"beschikba|availab|disponib", "available"),
    (r"hulpvra|help with|demande d aide|hulp bij", "request_for_help"),
    (r"doorverwezen|verwezen|referred|oriente|gevonden|found|connu", "channel"),
    (r"aanmeld|inschrijf|ingeschreven|registr|inscri|gestart|started|depuis|sinds|since", "since"),
    (r"levenserv|ervaringsd|lived exp|experience|vecu", "experience"),
    (r"vaardig|skill|competence", "skills"),
    (r"voorkeur|prefer|souhait|wens", "wishes"),
    (r"kinderen|children|enfants", "children"),
    (r"consent|toestemming", "consent_on"),
    (r"opmerking|remark|remarque|comment|bijzonderhe|notes?\b|notitie", "remarks"),
)
OF_OTHERS = re.compile(
    r"contactpersoon|contact person|nood|emergency|urgence|huisarts|partner|geboorteplaats|geboorteland"
    r"|plaats\b|country"
    r"|\bland\b|\blieu\b|\bpays\b|begeleider|coordinat|gekoppeld|match|voogd|guardian|tuteur|namen|names"
    r"|leeftijd|\bage\b"
    r"|naam kind|verwijzer.*(?:mail|tel|phone)"
)
PARTICIPANT_WORDS = re.compile(
    r"supported|soutenu|accompagnee?s?\b|aidee?s?\b|deelnem|hulpvrag|gezin|famil|client|benefici"
    r"|participant|wacht|waiting"
    r"|attente|mentee|vraagst|demandeur"
)
SUPPORTER_WORDS = re.compile(
    r"support|vrijwillig|maatje|contactvrouw|ervaringsd|benevole|pair|peer|volunteer|buddy|buddies|mentor"
    r"|accompagna(?:nt|teur|trice)|begeleid|helper|tutor"
)
HEADING_ROWS = 10
LONGEST_HEADING = 60
SHORTEST_ALIKE = 4  # shorter words are too much alike
LONG_SYNONYMS = [name for name in SYNONYMS if len(name) >= SHORTEST_ALIKE]
LIKE = 0.86


@dataclass(frozen=True)
class Sheet:
    """A sheet whose headings were found: rows carry the spreadsheet's own row numbers."""

    name: str
    headings: list[str]
    rows: list[tuple[int, Row]]
    hidden: bool = False

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the batch."""
        return asdict(self)


def lay_out(grid: Grid) -> Sheet:
    """Find the row of headings among the first rows; what stands above it is a title and is skipped."""
    top = max(range(min(HEADING_ROWS, len(grid.rows))), key=lambda n: (_known(grid.rows[n]), -n), default=0)
    if grid.rows and not _known(grid.rows[top]):
        top = next(number for number, row in enumerate(grid.rows) if any(row))
    headings = [" ".join(cell.split()) for cell in grid.rows[top]] if grid.rows else []
    below = grid.rows[top + 1 :]
    width = max([len(headings), *(len(row) for row in below)])
    headings += [""] * (width - len(headings))
    return Sheet(grid.name, headings, [(top + 2 + n, row) for n, row in enumerate(below)], grid.hidden)


def known_headings(rows: Sequence[Row]) -> int:
    """How many headings the best of the first rows has."""
    return max((_known(row) for row in rows[:HEADING_ROWS]), default=0)


def _known(row: Row) -> int:
    return len({field for cell in row if cell and (field := _exactly(cell)[0] or _partly(cell)[0])})


def _exactly(heading: str) -> tuple[str, float]:
    """The field whose known heading this is, to the letter or without what stands in brackets."""
    for sure, name in ((1.0, plain(heading)), (0.98, plain(re.sub(r"[(\[].*?[)\]]|[:*].*$", " ", heading)))):
        if name in SYNONYMS:
            return SYNONYMS[name], sure
    return "", 0


def _partly(heading: str) -> tuple[str, float]:
    """The field that a word inside a longer heading points to, unless it is about somebody else."""
    whole = plain(heading)
    if len(whole) > LONGEST_HEADING or OF_OTHERS.search(whole):
        return "", 0
    return next(((field, 0.5) for pattern, field in PARTS_OF_WORDS if re.search(pattern, whole)), ("", 0))


@lru_cache(maxsize=2000)
def field_of(heading: str) -> tuple[str, float]:
    """The field a heading most likely means and how sure that is, from 0 to 1."""
    whole = plain(heading)
    if not whole or len(whole) > LONGEST_HEADING:
        return "", 0
    if (exact := _exactly(heading))[0]:
        return exact
    slots = parse_slots(heading, locale="nl")
    if slots.value and not slots.left:
        return "available_here", 0.9
    if OF_OTHERS.search(whole):
        return "", 0
    like = get_close_matches(whole, LONG_SYNONYMS, n=1, cutoff=LIKE)
    return (SYNONYMS[like[0]], 0.7) if like else _partly(heading)


def guess_columns(sheet: Sheet) -> list[str]:
    """A field for each column, or "" where nothing fits; the surest column wins a field that can be taken once."""
    guesses = [field_of(heading) for heading in sheet.headings]
    columns = [""] * len(guesses)
    taken: set[str] = set()
    for number in sorted(range(len(guesses)), key=lambda n: (-guesses[n][1], n)):
        field = guesses[number][0]
        if field and (field in SEVERAL or field not in taken):
            columns[number] = field
            taken.add(field)
    _settle_names(columns)
    if "email" not in columns:
        _find_addresses(sheet, columns)
    return columns


def _settle_names(columns: list[str]) -> None:
    """“Naam” beside “Voornaam” is the last name; beside “Achternaam” alone it is the first."""
    if "full_name" in columns:
        place = columns.index("full_name")
        if "first_name" in columns and "last_name" not in columns:
            columns[place] = "last_name"
        elif "last_name" in columns and "first_name" not in columns:
            columns[place] = "first_name"
        elif "first_name" in columns and "last_name" in columns:
            columns[place] = ""


def _find_addresses(sheet: Sheet, columns: list[str]) -> None:
    """A column without a known heading in which most cells hold an @ is the e-mail column."""
    for number, field in enumerate(columns):
        cells = [row[number] for _number, row in sheet.rows[:200] if len(row) > number and row[number]]
        if not field and len(cells) > 1 and sum("@" in cell for cell in cells) > len(cells) * 0.6:
            columns[number] = "email"
            return


def guess_role(sheet: Sheet, columns: list[str]) -> str:
    """Whom a sheet lists: a role column says it, else the sheet's name, else which headings only one role has."""
    if sheet.hidden or not {"first_name", "full_name", "last_name", "email"} & set(columns):
        return LEFT_OUT
    if "role" in columns:
        place = columns.index("role")
        if any(role_named(row[place]) for _number, row in sheet.rows[:50] if len(row) > place):
            return BY_COLUMN
    if named := role_named(sheet.name):
        return named
    supporters, participants = len(OF_SUPPORTERS & set(columns)), len(OF_PARTICIPANTS & set(columns))
    if supporters == participants:
        return LEFT_OUT
    return SUPPORTER if supporters > participants else PARTICIPANT


def role_named(text: str) -> str:
    """The role that a sheet's name or a cell names first, or "" when it names none."""
    bare = plain(text)
    supporter = SUPPORTER_WORDS.search(bare.replace("supported", " " * len("supported")))
    participant = PARTICIPANT_WORDS.search(bare)
    if supporter and participant:  # “personnes accompagnées par un pair”: the first word says who is listed
        return SUPPORTER if supporter.start() < participant.start() else PARTICIPANT
    return SUPPORTER if supporter else PARTICIPANT if participant else ""
