"""What becomes of each row: new, update, duplicate, the same person in another role, refused or empty.

Compares with the people the programme knows and with the rows above in the same file. Reads nothing, writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerhub.people.choices import Language
from recruitment.choices import Interest, SupportKind, TravelMode, slot_label
from recruitment.importing.headings import FIELDS, PARTICIPANT
from recruitment.importing.parsing import Parsed
from recruitment.importing.text import line, plain

NEW, UPDATE, DUPLICATE, SAME_PERSON, REFUSED, EMPTY = "new", "update", "duplicate", "same_person", "refused", "empty"
STATUSES = (NEW, UPDATE, SAME_PERSON, DUPLICATE, REFUSED, EMPTY)
GOOD = (NEW, UPDATE, SAME_PERSON)
ALIKE = 0.85
LONGEST_SHOWN = 60
LABELS: dict[str, Any] = {
    "started_on": FIELDS["since"],
    "registered_on": FIELDS["since"],
    "wishes_gender": FIELDS["wishes"],
    "wishes_age": FIELDS["wishes"],
    "languages_little": gettext_lazy("languages, only a little"),
    "channel_text": FIELDS["channel"],
    "vetting_passed": gettext_lazy("certificate of conduct in order"),
}
SETS = ("available", "interests", "offers")
WORDS_OF: dict[str, Any] = {
    "languages": Language, "languages_little": Language, "interests": Interest, "offers": SupportKind,
    "travel_mode": TravelMode, "support_kind": SupportKind,
}  # fmt: skip


@dataclass(eq=False)
class Known:
    """Somebody the programme knows, or a good row further up in the file (then ``row`` says which)."""

    person: dict[str, Any]
    person_id: int | None = None
    roles: dict[str, dict[str, Any]] = field(default_factory=dict)
    role_ids: dict[str, int] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()  # fields that are neither compared, shown nor written: she has not agreed

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.person.get('first_name', '')} {self.person.get('last_name', '')}".strip()


@dataclass
class Judged:
    """What becomes of one row, and what a good row would change. A duplicate without ``known`` clashes with another."""

    parsed: Parsed
    status: str
    reasons: list[str] = field(default_factory=list)
    known: Known | None = None
    person_changes: dict[str, Any] = field(default_factory=dict)
    role_changes: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it is shown: in the preview, by the command and in the workbook of refused rows."""
        parsed = self.parsed
        return {
            "sheet": parsed.sheet,
            "row": parsed.row,
            "status": self.status,
            "role": parsed.role,
            "name": parsed.name,
            "reasons": self.reasons,
            "repaired": parsed.said.repaired,
            "to_fix": self.status == REFUSED or (self.status == DUPLICATE and self.known is None),
        }


class Index:
    """The known people, found by e-mail address, by name and birth, and by name and phone."""

    def __init__(self, people: Iterable[Known]) -> None:
        self.by: dict[tuple[str, ...], list[Known]] = {}
        for known in people:
            self.add(known)

    def add(self, known: Known) -> None:
        """Let rows further down find this person."""
        for key in _keys(known.person):
            found = self.by.setdefault(key, [])
            if known not in found:
                found.append(known)

    def find(self, person: dict[str, Any]) -> tuple[Known | None, Known | None]:
        """The same person, or else somebody of another name who has her e-mail address."""
        name = _name(person)
        address = self.by.get(("email", str(person.get("email", "")).lower()), [])
        for known in address:
            if similar(name, _name(known.person)):
                return known, None
        for key in _keys(person):
            for known in self.by.get(key, ()) if key[0] != "email" else ():
                if key[0] != "phone" or not _born_apart(person, known.person):
                    return known, address[0] if address and address[0] is not known else None
        return None, address[0] if address else None


def _keys(person: dict[str, Any]) -> list[tuple[str, ...]]:
    name = _name(person)
    keys: list[tuple[str, ...]] = []
    if person.get("email"):
        keys.append(("email", str(person["email"]).lower()))
    if person.get("born_on"):
        keys.append(("born", name, person["born_on"].isoformat()))
    if person.get("phone"):
        keys.append(("phone", name, person["phone"]))
    if not keys:
        keys.append(("name", name, str(person.get("postcode", ""))))
    return keys


def _name(person: dict[str, Any]) -> str:
    return plain(f"{person.get('first_name', '')} {person.get('last_name', '')}")


def _born_apart(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one.get("born_on") and other.get("born_on") and one["born_on"] != other["born_on"])


def similar(one: str, other: str) -> bool:
    """Whether two names (made plain) may be the same person's: a part left out, or a letter or two different."""
    words, others = set(one.split()), set(other.split())
    if not words or not others:
        return False
    return words <= others or others <= words or SequenceMatcher(None, one, other).ratio() >= ALIKE


def judge(rows: Iterable[Parsed], people: Iterable[Known]) -> list[Judged]:
    """Each row in turn, so that a later row meets the earlier ones of the same file."""
    index = Index(people)
    return [_judge_row(parsed, index) for parsed in rows]


def _judge_row(parsed: Parsed, index: Index) -> Judged:
    if parsed.empty:
        return Judged(parsed, EMPTY)
    if parsed.said.errors:
        return Judged(parsed, REFUSED, list(parsed.said.errors))
    known, other = index.find(parsed.person)
    if other:
        return Judged(parsed, DUPLICATE, [_address_taken(parsed, other)])
    if known is None:
        known = Known(parsed.person, roles={parsed.role: parsed.details}, rows={parsed.role: _place(parsed)})
        index.add(known)
        return Judged(parsed, NEW, list(dict.fromkeys(parsed.said.notes)), known)
    if parsed.role in known.rows:
        reason = _("The same person as in %(place)s. Only that row is taken.") % {"place": known.rows[parsed.role]}
        return Judged(parsed, DUPLICATE, [reason], known)
    parsed, left_out = _as_far_as_agreed(parsed, known)
    judged = _update(parsed, known) if parsed.role in known.role_ids else _another_role(parsed, known)
    judged.reasons += left_out
    known.rows[parsed.role] = _place(parsed)
    known.person.update(judged.person_changes)
    index.add(known)
    return judged


def _place(parsed: Parsed) -> str:
    return _("row %(row)s of “%(sheet)s”") % {"row": parsed.row, "sheet": parsed.sheet}


def _address_taken(parsed: Parsed, other: Known) -> str:
    where = next(iter(other.rows.values()), "") or _("the programme")
    return _("%(email)s belongs to %(name)s in %(where)s. Give another address, or none.") % {
        "email": parsed.person["email"],
        "name": other.name,
        "where": where,
    }


def _as_far_as_agreed(parsed: Parsed, known: Known) -> tuple[Parsed, list[str]]:
    """What a file says beyond how to reach somebody is left out as long as she has not agreed that it is kept."""
    if parsed.role != PARTICIPANT or not known.closed:
        return parsed, []
    person = {name: value for name, value in parsed.person.items() if name not in known.closed}
    details = {name: value for name, value in parsed.details.items() if name not in known.closed}
    if len(person) + len(details) == len(parsed.person) + len(parsed.details):
        return parsed, []
    said = _("%(name)s has not agreed that more is kept than how to reach her: the rest of this row is left out.")
    return replace(parsed, person=person, details=details), [said % {"name": known.name}]


def _update(parsed: Parsed, known: Known) -> Judged:
    """She has this role already: what the file says differently is written, what it leaves empty stays.

    A row further up about the same person goes first, so that a file never changes somebody to and fro.
    """
    if known.rows:
        person, reasons = _gaps(parsed, known)
    else:
        person, reasons = _differences(parsed, known), []
    before = known.roles.get(parsed.role, {})
    details = {name: value for name, value in parsed.details.items() if not _same(name, value, before.get(name))}
    if "remarks" in details:
        details["remarks"] = _joined(before.get("remarks", ""), details["remarks"])
    changes = [_changed(name, known.person.get(name), value) for name, value in person.items()]
    changes += [_changed(name, before.get(name), value) for name, value in details.items()]
    if not changes:
        same = _("%(name)s is known, with the same details.") % {"name": known.name}
        return Judged(parsed, DUPLICATE, reasons or [same], known)
    return Judged(parsed, UPDATE, changes + reasons + parsed.said.notes, known, person, details)


def _differences(parsed: Parsed, known: Known) -> dict[str, Any]:
    """What the row says differently about the person; a shorter form of her name is no correction."""
    found = {name: value for name, value in parsed.person.items() if not _same(name, value, known.person.get(name))}
    if set(_name(parsed.person).split()) <= set(_name(known.person).split()):
        found = {name: value for name, value in found.items() if name not in {"first_name", "last_name"}}
    return _with_all_languages(found, parsed, known)


def _with_all_languages(changes: dict[str, Any], parsed: Parsed, known: Known) -> dict[str, Any]:
    """Languages are added, never taken away: nobody unlearns one because a list is short."""
    spoken = known.person.get("languages") or []
    more = [code for code in parsed.person.get("languages", []) if code not in spoken]
    changes.pop("languages", None)
    changes.pop("languages_little", None)
    little = [code for code in parsed.person.get("languages_little", []) if code in more]
    if little:
        changes = {**changes, "languages_little": [*(known.person.get("languages_little") or []), *little]}
    return {**changes, "languages": [*spoken, *more]} if more else changes


def _gaps(parsed: Parsed, known: Known) -> tuple[dict[str, Any], list[str]]:
    """What the row adds to an earlier one about the same person, and a sentence for each value that stays as it was."""
    filled = {name: value for name, value in parsed.person.items() if not known.person.get(name)}
    stays = [
        _("%(field)s stays %(kept)s (here: %(given)s).")
        % {"field": _label(name), "kept": _shown(name, known.person[name]), "given": _shown(name, value)}
        for name, value in parsed.person.items()
        if name not in {*filled, "first_name", "last_name", "languages", "languages_little"}
        and not _same(name, value, known.person[name])
    ]
    return _with_all_languages(filled, parsed, known), stays


def _another_role(parsed: Parsed, known: Known) -> Judged:
    """Known, but not in this role: one person with two roles. Gaps are filled; what differs stays as it was."""
    filled, stays = _gaps(parsed, known)
    where = ", ".join(known.rows.values()) or _("the programme")
    same = _("The same person as %(name)s in %(where)s: one person, one more role.") % {
        "name": known.name,
        "where": where,
    }
    return Judged(parsed, SAME_PERSON, [same, *stays, *parsed.said.notes], known, filled)


def _same(name: str, given: Any, before: Any) -> bool:
    if name in SETS:
        return set(given or ()) == set(before or ())
    if name == "remarks":
        return all(part.strip() in str(before or "") for part in str(given).split("\n"))
    if name == "email":
        return str(given).lower() == str(before or "").lower()
    return bool(given == before)


def _joined(before: str, given: str) -> str:
    """Remarks grow: what stands there already is not written twice, and nothing is erased."""
    new = [part for part in given.split("\n") if part.strip() and part.strip() not in before]
    return "\n".join(part for part in (before, *new) if part)


def _changed(name: str, before: Any, after: Any) -> str:
    return f"{_label(name)}: {_shown(name, before)} → {_shown(name, after)}"


def _label(name: str) -> str:
    return str(LABELS.get(name) or FIELDS[name])


def _shown(name: str, value: Any) -> str:
    """A value in words, short enough for one line."""
    if value in (None, "", []):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in WORDS_OF:
        codes = [value] if isinstance(value, str) else value
        value = ", ".join(str(WORDS_OF[name](code).label) for code in codes if code in WORDS_OF[name].values)
    elif name == "available":
        value = ", ".join(slot_label(slot) for slot in value)
    text = line(str(value))
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def counted(judged: Iterable[Judged]) -> dict[str, int]:
    """How many rows became what; every status is named."""
    counts = dict.fromkeys((NEW, UPDATE, DUPLICATE, SAME_PERSON, REFUSED, EMPTY), 0)
    for row in judged:
        counts[row.status] += 1
    return counts
