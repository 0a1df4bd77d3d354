"""What people ask help with and what others know from life: a few topics, read from free text in three languages."""

from __future__ import annotations

import re
import unicodedata

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# How a topic is named in a sentence (“Knows about …”), and the beginnings of words that tell of it.
TOPICS: dict[str, tuple[Promise, str]] = {
    "debt": (_("debts"), "debt schuld dette surendett budget krediet bankrupt"),
    "housing": (_("housing"), "hous homeless dakloos wonen woning huisvest huur rent logement loyer habit sans-abri"),
    "children": (
        _("children and school"),
        "child kind kinder school schol ecole enfant parent ouder opvoed educat creche mother moeder mere famil gezin",
    ),
    "work": (_("work"), "work job werk solliciteer vacat emploi travail chom cv stage apprentice"),
    "health": (
        _("health"),
        "health gezond sante doctor dokter huisarts medecin gp nurse verpleeg infirm ill ziek malad depress stress",
    ),
    "language": (
        _("learning the language"),
        "language taal langue dutch nederlands francais teach leraar lerares prof",
    ),
    "law": (
        _("divorce and the law"),
        "divorc scheiding gescheiden lawyer legal advoca avoca recht juridi custod droit",
    ),
    "services": (
        _("services and forms"),
        (
            "service dienst gemeente benefit uitkering toeslag form formul alloc aide letter brief lettre "
            "administr ocmw cpas"
        ),
    ),
    "company": (
        _("meeting people"),
        (
            "meet ontmoet rencontr friend vriend ami amis lonel eenza seul isol contact listen luister ecout "
            "company gezelschap"
        ),
    ),
    "arrival": (
        _("beginning in a new country"),
        "refug vlucht asyl asiel asile migra immigr bride bruid verblijf sejour newcom nieuwkom inburger integr",
    ),
    "safety": (_("violence and safety"), "violen geweld abus misbruik mishandel safe veilig secur"),
    "addiction": (_("addiction"), "addict versla alcohol drug drank dependan toxico gambl gok"),
}
TOPIC_CODES = tuple(TOPICS)
WHOLE_WORD = 4  # shorter beginnings count only as whole words: “gp”, “ill”, “ami”

_WORD = re.compile(r"[a-z][a-z-]+")


def _by_first_letters() -> dict[str, list[tuple[str, int]]]:
    stems: dict[str, list[tuple[str, int]]] = {}
    for bit, (_label, words) in enumerate(TOPICS.values()):
        for stem in words.split():
            stems.setdefault(stem[:2], []).append((stem, 1 << bit))
    return stems


_STEMS = _by_first_letters()


def topics_in(text: str) -> int:
    """The topics that a text speaks of, as a bit mask in the order of TOPIC_CODES; 0 when it names none."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    mask = 0
    for word in _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter))):
        for stem, bit in _STEMS.get(word[:2], ()):
            if word == stem or (len(stem) >= WHOLE_WORD and word.startswith(stem)):
                mask |= bit
    return mask


def topic_label(code: str) -> str:
    """A topic as words in the reader's language."""
    return str(TOPICS[code][0]) if code in TOPICS else code
