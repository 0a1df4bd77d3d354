"""One row of text → the values of a person and her role, and what was repaired, left over or not understood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from peerhub.lib.dates import whole_years
from recruitment.choices import SupportKind
from recruitment.importing.dates import parse_date
from recruitment.importing.headings import (
    BY_COLUMN,
    FIELDS,
    OF_PARTICIPANTS,
    OF_SUPPORTERS,
    PARTICIPANT,
    SUPPORTER,
    role_named,
)
from recruitment.importing.kinds import is_answer, parse_kind, parse_kinds, parse_likes, parse_mode, parse_yes
from recruitment.importing.languages import parse_languages, spoken_a_little
from recruitment.importing.text import Notes, Read, Unclear, line, plain, refuse_machine_text, says_nothing, words
from recruitment.importing.values import (
    parse_channel,
    parse_email,
    parse_gender,
    parse_number,
    parse_phone,
    parse_postcode,
    parse_wishes,
    split_name,
    turned,
)
from recruitment.importing.week import parse_slots

NUMBERS = {
    "hours_per_week": (1, 40), "max_matches": (1, 20), "max_travel_minutes": (1, 240), "children": (0, 20),
    "hosts_people": (1, 20), "group_places": (1, 50),
}  # fmt: skip
PLACES = {str(SupportKind.HOSTING): "hosts_people", str(SupportKind.GROUP): "group_places"}
CHOICES = {"travel_mode": parse_mode, "offers": parse_kinds, "support_kind": parse_kind, "visits_at_home": parse_yes}
TEXTS = ("experience", "skills", "request_for_help")
NAME_LENGTH, SHORT_TEXT, OLDEST = 100, 200, 120
TICKS = words("x|v|ja|yes|oui|1|true|vrai|waar|j|y|o|ok")
NO_TICKS = words("0|nee|n|no|non|false|faux|onwaar")
NO_CHILDREN = words("geen|none|aucun|nee|no|non")
TOTALS = words("totaal|total|totaux|sum|som|subtotaal|subtotal|eindtotaal|aantal")


@dataclass(frozen=True)
class Rules:
    """How this programme reads a file: its day, its country, its ages and the order of its dates."""

    today: date
    region: str = "NL"
    locale: str = "en"
    min_age: int | None = None
    max_age: int | None = None

    @property
    def month_first(self) -> bool:
        """Only in the United States is 12/11 the eleventh of December."""
        return self.region == "US" or self.locale.lower().replace("_", "-") == "en-us"


@dataclass
class Parsed:
    """A row as understood. Only what was given is in ``person`` and ``details``: an empty cell never erases."""

    sheet: str
    row: int
    role: str = ""
    name: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    said: Notes = field(default_factory=Notes)
    empty: bool = False
    consent_on: date | None = None


@dataclass
class Columns:
    """Which column means what in one sheet."""

    sheet: str
    role: str
    headings: Sequence[str]
    fields: Sequence[str]

    def of(self, row: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
        """The filled cells of a row by field, each with its heading."""
        found: dict[str, list[tuple[str, str]]] = {}
        for number, (heading, name) in enumerate(zip(self.headings, self.fields, strict=False)):
            if name and number < len(row) and row[number].strip():
                found.setdefault(name, []).append((heading, row[number]))
        return found


def parse_row(number: int, row: Sequence[str], columns: Columns, rules: Rules) -> Parsed:
    """Understand one row. Never raises: what is wrong stands in ``said.errors``."""
    parsed = Parsed(columns.sheet, number, columns.role)
    cells = columns.of(row)
    again = [plain(cell) for cell in row if cell] == [plain(heading) for heading in columns.headings if heading]
    if not cells or again:
        parsed.empty = True
        return parsed
    reader = RowReader(cells, parsed, rules)
    reader.read_role()
    reader.read_person()
    reader.read_details()
    if _is_total(parsed):
        parsed.said.errors.insert(0, _("This looks like a line with totals, not a person."))
    return parsed


def _is_total(parsed: Parsed) -> bool:
    words = plain(parsed.name).split()
    return bool(words) and words[0] in TOTALS and not {"email", "phone", "born_on"} & set(parsed.person)


class RowReader:
    """Reads the cells of one row, field by field, into a Parsed."""

    def __init__(self, cells: dict[str, list[tuple[str, str]]], parsed: Parsed, rules: Rules) -> None:
        self.cells, self.parsed, self.rules, self.said = cells, parsed, rules, parsed.said

    def value(self, name: str, understand: Callable[[str], Read]) -> Any:
        """The value of a field that is taken once: its first filled cell; further cells go to the remarks."""
        found: Any = None
        for heading, text in self.cells.get(name, ()):
            if found is None:
                found = self._understood(heading, text, understand)
            elif not says_nothing(text):
                self.said.left.append(f"{heading}: {text}")
        return found

    def _understood(self, heading: str, text: str, understand: Callable[[str], Read]) -> Any:
        if says_nothing(text):
            if text.startswith("#"):
                self.said.repaired[heading] = [text, ""]
            return None
        try:
            refuse_machine_text(text)
            read = understand(text)
        except Unclear as unclear:
            self.said.errors.append(f"{heading}: {unclear}")
            return None
        if read.shown:
            self.said.repaired[heading] = [text, read.shown]
        if read.left:
            self.said.left.append(f"{heading}: {read.left}")
        return read.value

    def words(self, name: str) -> str:
        """Free text of one or more columns, kept whole; a formula is only text here."""
        return "\n".join(text for _heading, text in self.cells.get(name, ()) if not says_nothing(text))

    def read_role(self) -> None:
        """The row's own role, where a column says it."""
        if self.parsed.role != BY_COLUMN:
            return
        typed = self.words("role")
        self.parsed.role = role_named(typed)
        if not self.parsed.role:
            sentence = _("“%(text)s” is neither peer supporter nor participant.") % {"text": line(typed)[:40]}
            self.said.errors.append(f"{FIELDS['role']}: {sentence}")

    def read_person(self) -> None:
        """Who it is and how to reach her."""
        self._read_name()
        rules = self.rules
        self._keep("email", self.value("email", parse_email))
        self._keep("phone", self.value("phone", lambda text: parse_phone(text, region=rules.region)))
        self._keep("gender", self.value("gender", parse_gender))
        self._keep("postcode", self.value("postcode", lambda text: parse_postcode(text, region=rules.region)))
        self._read_languages()
        self._read_birth()

    def _keep(self, name: str, value: Any) -> None:
        if value not in (None, "", []):
            self.parsed.person[name] = value

    def _read_name(self) -> None:
        first, last = self._name_part("first_name"), self._name_part("last_name")
        infix, whole = self._name_part("infix"), self._name_part("full_name")
        if whole:
            first, last = split_name(whole)
        first, last = turned(first, last)
        last = f"{infix} {last}".strip()
        self._keep("first_name", first)
        self._keep("last_name", last)
        self.parsed.name = f"{first} {last}".strip()
        if not first:
            self.said.errors.insert(0, _("There is no first name."))
        if max(len(first), len(last)) > NAME_LENGTH:
            self.said.errors.append(_("The name is longer than 100 letters."))

    def _name_part(self, name: str) -> str:
        value = self.value(name, lambda text: Read(line(text)))
        return str(value or "")

    def _read_languages(self) -> None:
        codes: list[str] = []
        little: list[str] = []
        for heading, text in self.cells.get("languages", ()):
            understood = self._understood(heading, text, parse_languages) or []
            codes += understood
            little += spoken_a_little(text) if understood else []
        self._keep("languages", list(dict.fromkeys(codes)))
        self._keep("languages_little", list(dict.fromkeys(little)))

    def _read_birth(self) -> None:
        rules = self.rules
        born = self.value(
            "born_on", lambda text: parse_date(text, today=rules.today, month_first=rules.month_first, past=True)
        )
        if born is None:
            return
        heading = self.cells["born_on"][0][0]
        if problem := self._age_problem(born):
            self.said.errors.append(f"{heading}: {problem}")
        self._keep("born_on", born)

    def _age_problem(self, born: date) -> str:
        """What is wrong with this date of birth, or ""."""
        rules = self.rules
        if born > rules.today:
            return _("%(day)s has not come yet.") % {"day": born.isoformat()}
        age = whole_years(born, rules.today)
        if age > OLDEST:
            return _("%(day)s is more than 120 years ago.") % {"day": born.isoformat()}
        if rules.min_age is not None and age < rules.min_age:
            return _(
                "%(age)s years old, and this programme begins at %(min)s. "
                "Somebody younger takes part with a guardian: add her by hand."
            ) % {"age": age, "min": rules.min_age}
        if rules.max_age is not None and age > rules.max_age and self.parsed.role == PARTICIPANT:
            sentence = _("%(age)s years old, and this programme is for people up to %(max)s.")
            return sentence % {"age": age, "max": rules.max_age}
        return ""

    def read_details(self) -> None:
        """What belongs to the role; columns of the other role are kept in the remarks."""
        mine = OF_SUPPORTERS if self.parsed.role == SUPPORTER else OF_PARTICIPANTS
        for name in (*OF_SUPPORTERS, *OF_PARTICIPANTS):
            others = self.cells.pop(name, ()) if name not in mine else ()
            self.said.left += [f"{heading}: {text}" for heading, text in others if not says_nothing(text)]
        self._read_since()
        self._read_consent()
        for name in TEXTS:
            self._detail(name, self.words(name))
        for name, (low, high) in NUMBERS.items():
            self._detail(name, self._number(name, low, high))
        self._read_slots()
        self._read_wishes()
        self._read_choices()
        self._read_vetting()
        self._read_contact()
        self._detail("remarks", "\n".join(part for part in (self.words("remarks"), *self.said.left) if part))

    def _detail(self, name: str, value: Any) -> None:
        if value not in (None, "", []):
            self.parsed.details[name] = value

    def _number(self, name: str, low: int, high: int) -> int | None:
        typed = self.cells.get(name)
        if name == "children" and typed and plain(typed[0][1]) in NO_CHILDREN:
            return 0
        minutes = name == "max_travel_minutes"
        found = self.value(name, lambda text: parse_number(text, low=low, high=high, minutes=minutes))
        return None if found is None else int(found)

    def _read_since(self) -> None:
        rules = self.rules
        found = self.value("since", lambda text: parse_date(text, today=rules.today, month_first=rules.month_first))
        if found is None:
            return
        heading = self.cells["since"][0][0]
        if found > rules.today + timedelta(days=366):
            sentence = _("%(day)s is more than a year ahead. Check the year.") % {"day": found.isoformat()}
            self.said.errors.append(f"{heading}: {sentence}")
        elif found > rules.today:
            self.said.notes.append(f"{heading}: " + _("%(day)s has not come yet.") % {"day": found.isoformat()})
        self._detail("started_on" if self.parsed.role == SUPPORTER else "registered_on", found)

    def _read_consent(self) -> None:
        """The day on which she said yes to a file, as another file has it. A tick without a day is no consent."""
        rules = self.rules
        found = self.value(
            "consent_on", lambda text: parse_date(text, today=rules.today, month_first=rules.month_first)
        )
        if found is not None and found > rules.today:
            sentence = _("%(day)s has not come yet.") % {"day": found.isoformat()}
            self.said.errors.append(f"{self.cells['consent_on'][0][0]}: {sentence}")
        elif found is not None:
            self.parsed.consent_on = found

    def _read_slots(self) -> None:
        slots: set[int] = set()
        for heading, text in self.cells.get("available", ()):
            slots |= set(self._understood(heading, text, self._slots) or ())
        for heading, text in self.cells.get("available_here", ()):
            slots |= set(self._understood(heading, text, partial(self._ticked, heading)) or ())
        self._detail("available", sorted(slots))

    def _slots(self, text: str) -> Read:
        read = parse_slots(text, locale=self.rules.locale)
        if read.left:
            self.said.notes.append(_("Times that are not understood are kept in the remarks."))
        return read

    def _ticked(self, heading: str, text: str) -> Read:
        """A tick, or parts of the day, under a heading that is a day."""
        here = parse_slots(heading, locale=self.rules.locale if self.rules.locale.startswith("fr") else "nl").value
        if plain(text) in TICKS:
            return Read(here)
        if plain(text) in NO_TICKS:
            return Read([])
        read = self._slots(text)
        return Read([slot for slot in read.value if slot in here], left=read.left)

    def _read_wishes(self) -> None:
        for heading, text in self.cells.get("wishes", ()):
            wishes, left = parse_wishes(text)
            if left:
                self.said.left.append(f"{heading}: {left}")
            if "gender" in wishes:
                self._detail("wishes_gender", wishes["gender"])
            if "age" in wishes:
                self._detail("wishes_age", wishes["age"])

    def _read_choices(self) -> None:
        """How she travels, what she offers or asks for, what she likes, and until when a student stays."""
        for name, understand in CHOICES.items():
            self._detail(name, self.value(name, understand))
        likes: list[str] = []
        for heading, text in self.cells.get("interests", ()):
            likes += self._understood(heading, text, parse_likes) or []
        self._detail("interests", list(dict.fromkeys(likes)))
        self._detail("placement_ends_on", self._day("placement_ends_on"))
        self._read_places()

    def _read_places(self) -> None:
        """A number of beds or chairs says by itself that they are offered; where offers are told, it must fit them."""
        given = [kind for kind, places in PLACES.items() if places in self.parsed.details]
        offers = self.parsed.details.get("offers")
        if given and offers is None:
            self._detail("offers", given)
            labels = ", ".join(str(SupportKind(kind).label) for kind in given)
            self.said.notes.append(f"{FIELDS['offers']}: {labels}")
        for kind in given:
            if offers is not None and kind not in offers:
                self._wrong(PLACES[kind], _("This number is given, but she does not offer it."))

    def _read_vetting(self) -> None:
        """A certificate of conduct counts with the day on which somebody saw it; a yes or a no alone is a remark."""
        seen, until = self._day("vetting_seen_on"), self._day("vetting_until_on")
        if seen is not None and seen > self.rules.today:
            self._wrong("vetting_seen_on", _("%(day)s has not come yet.") % {"day": seen.isoformat()})
        elif seen is not None:
            self._detail("vetting_passed", True)
            self._detail("vetting_seen_on", seen)
        if until is None:
            return
        if seen is None:
            self._wrong("vetting_until_on", _("Say as well on which day the certificate was seen."))
        elif until < seen:
            self._wrong("vetting_until_on", _("It ends before it was seen. Check both days."))
        self._detail("vetting_until_on", until)

    def _day(self, name: str) -> date | None:
        """A day; where only yes or no is said it stays in the remarks, with a note."""
        rules = self.rules

        def understand(text: str) -> Read:
            if is_answer(text):
                self.said.notes.append(_("%(field)s: kept in the remarks, because only a day counts.") % {
                    "field": FIELDS[name]
                })  # fmt: skip
                return Read(None, "", line(text))
            return parse_date(text, today=rules.today, month_first=rules.month_first)

        found = self.value(name, understand)
        return found if isinstance(found, date) else None

    def _wrong(self, name: str, sentence: str) -> None:
        self.said.errors.append(f"{self.cells[name][0][0]}: {sentence}")

    def _read_contact(self) -> None:
        """How she found the programme, and how she must not be contacted: long words also go to the remarks."""
        for name, target in (("channel", "channel_text"), ("safe_contact", "safe_contact")):
            typed = line(self.words(name))
            if len(typed) > SHORT_TEXT:
                self.said.left.append(f"{self.cells[name][0][0]}: {typed}")
            self._detail(target, typed[:SHORT_TEXT])
        if self.parsed.details.get("channel_text"):
            self._detail("channel", str(parse_channel(self.parsed.details["channel_text"])))
