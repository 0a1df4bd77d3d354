"""When somebody is free: “Mon evening”, “di en do avond”, “lundi soir”, “weekend”, “ma t/m vr 10-12u” → week slots."""

from __future__ import annotations

import re

from recruitment.importing.text import Read, line, plain, words

DAYS = (
    "monday|mondays|mon|maandag|maandagen|maan|lundi|lundis|lun",
    "tuesday|tuesdays|tue|tues|dinsdag|dinsdagen|dins|mardi|mardis",
    "wednesday|wednesdays|wed|woensdag|woensdagen|woe|woens|mercredi|mercredis|mer",
    "thursday|thursdays|thu|thur|thurs|donderdag|donderdagen|don|dond|jeudi|jeudis|jeu",
    "friday|fridays|fri|vrijdag|vrijdagen|vrij|vendredi|vendredis|ven|vend",
    "saturday|saturdays|sat|zaterdag|zaterdagen|zat|samedi|samedis|sam",
    "sunday|sundays|sun|zondag|zondagen|zon|dimanche|dimanches|dim",
)
SHORT_DAYS = {
    "en": ("mo|ma", "tu|di", "we|wo", "th|do", "fr|vr", "sa|za", "su|zo"),
    "nl": ("ma|mo", "di|tu", "wo", "do|th", "vr|fr", "za|sa", "zo|su"),
    "fr": ("lu", "ma|mar", "me", "je", "ve", "sa", "di"),
}
PARTS = (
    "morning|mornings|ochtend|ochtenden|ochtends|morgen|morgens|voormiddag|voormiddagen|vm|matin|matins|matinee|am",
    "afternoon|afternoons|middag|middagen|middags|namiddag|namiddagen|nm|apres midi|aprem|pm",
    "evening|evenings|night|nights|avond|avonden|avonds|av|soir|soirs|soiree|soirees",
)
ALL_PARTS = "whole day|all day|full day|hele dag|hele dagen|de hele dag|heel de dag|toute la journee|journee entiere"
DAYTIME = "daytime|overdag|en journee|journee|during the day"
ALWAYS = (
    "always|altijd|toujours|anytime|any time|flexibel|flexible|alle dagen|tout le temps|every day|elke dag"
    "|iedere dag|tous les jours|daily|dagelijks|chaque jour|whole week|hele week"
)
EVERY = "every|each|elke|iedere|alle|tous|toutes|chaque|tous les|toutes les|all"
WEEKEND = "weekend|weekends|week end|week ends|fin de semaine"
WORKDAYS = (
    "weekday|weekdays|week days|werkdagen|werkdag|doordeweeks|door de week|in de week|en semaine|semaine"
    "|jours ouvrables|working days"
)
RANGE = "tot met|met|tot|to|till|until|through|au|a|jusqu au"
NOISE = (
    "and|en|et|or|of|ou|on|op|in|the|de|het|le|la|les|s|uur|only|alleen|meestal|usually|mostly|liefst|bij voorkeur"
    "|preferably|plutot"
    "|dag|day|jour|from|vanaf|na|after|apres|des|van|between|tussen|entre|free|vrij|beschikbaar|available|disponible"
)
HOURS = re.compile(
    r"(?<!\d)(\d{1,2})(?:[:.uh](\d{2}))?\s*(?:u|uur|h|am|pm)?\s*(?:-|–|tot|to|till|until|à|a)\s*(\d{1,2})(?:[:.h](\d{2}))?\s*(?:uur|u|h)?(?!\d)"
)
SINCE = re.compile(
    r"\b(?:na|vanaf|from|after|apr[eè]s|d[eè]s|à partir de)\s+(\d{1,2})(?:[:.h]\d{2})?\s*(?:uur|u|h)?(?!\d)"
)
MIDNIGHT = 24
NOT = words("not|niet|geen|no|except|behalve|sauf|pas|never|nooit|jamais|zonder|without|om|even|odd")
CHUNKS = re.compile(r"[,;\n|/&+•]|\b(?:en|and|et|of|or|ou)\b")

Word = tuple[str, frozenset[int]]
Group = tuple[frozenset[int], frozenset[int]]


def _vocabulary(locale: str) -> dict[str, Word]:
    """Every known word with what it is (day, part, every, range, noise) and the days or parts it stands for."""
    known: dict[str, Word] = {}

    def learn(kind: str, names: str, values: frozenset[int]) -> None:
        known.update(dict.fromkeys(names.split("|"), (kind, values)))

    learn("noise", NOISE, frozenset())
    learn("range", RANGE, frozenset())
    for number, names in enumerate(DAYS):
        learn("day", names, frozenset({number}))
    for number, names in enumerate(SHORT_DAYS.get(locale[:2], SHORT_DAYS["en"])):
        learn("day", names, frozenset({number}))
    learn("day", WEEKEND if locale[:2] == "en" else f"{WEEKEND}|we", frozenset({5, 6}))
    learn("day", WORKDAYS, frozenset(range(5)))
    for number, names in enumerate(PARTS):
        learn("part", names, frozenset({number}))
    learn("part", ALL_PARTS, frozenset({0, 1, 2}))
    learn("part", DAYTIME, frozenset({0, 1}))
    learn("day", ALWAYS, frozenset(range(7)))
    learn("every", EVERY, frozenset())
    return known


VOCABULARY = {locale: _vocabulary(locale) for locale in SHORT_DAYS}


def parse_slots(text: str, *, locale: str = "en") -> Read:
    """The week slots named, in order. Words that are not understood stay whole in ``left``; nothing is guessed.

    Days without a part of the day wait for the next part (“di en do avond” are two evenings); what waits to the end
    means whole days. A part without a day belongs to the days before it, or to every day.
    """
    vocabulary = VOCABULARY.get(locale[:2], VOCABULARY["en"])
    slots: set[int] = set()
    waiting: frozenset[int] = frozenset()
    last_days: frozenset[int] = frozenset()
    unknown = False
    for chunk in CHUNKS.split(_spelled(text)):
        groups, strange = _groups(chunk, vocabulary)
        unknown = unknown or strange
        for days, parts in groups:
            if parts:
                last_days = days | waiting or last_days or frozenset(range(7))
                slots |= {day * 3 + part for day in last_days for part in parts}
                waiting = frozenset()
            else:
                waiting |= days
                last_days = days
    slots |= {day * 3 + part for day in waiting for part in range(3)}
    if unknown and NOT & set(plain(text).split()):
        slots = set()
    return Read(sorted(slots), left=line(text) if unknown or not slots else "")


def _spelled(text: str) -> str:
    """One spelling for what the separators would otherwise tear apart."""
    text = re.sub(r"\bt\s?/\s?m\b", " tot ", text.lower()).replace("'s", " ").replace("’s", " ")
    return re.sub(r"week-end", "weekend", re.sub(r"apr[eè]s[\s-]+midi", "aprem", text))


def _groups(chunk: str, vocabulary: dict[str, Word]) -> tuple[list[Group], bool]:
    """Days with their parts in one piece between commas, and whether some of it was not understood."""
    chunk, hours = _hours(chunk)
    known = _words(plain(re.sub(r"(?<=\w)\s*[-–]\s*(?=\w)", " tot ", chunk)), vocabulary)
    groups: list[Group] = []
    days: frozenset[int] = frozenset()
    parts = frozenset(hours)
    since = -1
    for kind, values in known:
        if kind == "day":
            if days and parts and since < 0:
                groups.append((days, parts))
                days, parts = frozenset(), frozenset(hours)
            days |= frozenset(range(since, min(values) + 1)) if 0 <= since < min(values) else values
        elif kind == "part":
            parts |= values
        since = max(days, default=-1) if kind == "range" else -1
    return [*groups, (days, parts)], any(kind == "strange" for kind, _values in known)


def _hours(chunk: str) -> tuple[str, set[int]]:
    """Take clock times out of a piece: morning ends at 12, afternoon at 18."""
    parts: set[int] = set()
    for found in HOURS.finditer(chunk):
        start, end = int(found[1]), int(found[3])
        if start < end <= MIDNIGHT:
            parts |= {
                part for part, (low, high) in enumerate(((0, 12), (12, 18), (18, 24))) if start < high and end > low
            }
    for found in SINCE.finditer(chunk):
        parts |= {part for part, high in enumerate((12, 18, 24)) if int(found[1]) < high}
    return SINCE.sub(" ", HOURS.sub(" ", chunk)) if parts else chunk, parts


def _words(text: str, vocabulary: dict[str, Word]) -> list[Word]:
    """Known words from left to right, the longest first, also written together (“maandagavond”)."""
    found: list[Word] = []
    tokens = text.split()
    while tokens:
        for size in (4, 3, 2, 1):
            phrase = " ".join(tokens[:size])
            if len(tokens) >= size and phrase in vocabulary:
                found.append(vocabulary[phrase])
                tokens = tokens[size:]
                break
        else:
            found += _compound(tokens.pop(0), vocabulary)
    return found


def _compound(word: str, vocabulary: dict[str, Word]) -> list[Word]:
    for cut in range(len(word) - 2, 1, -1):
        head, tail = vocabulary.get(word[:cut]), vocabulary.get(word[cut:])
        if head and tail and {head[0], tail[0]} == {"day", "part"}:
            return [head, tail]
    return [("strange", frozenset())]
