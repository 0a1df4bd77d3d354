"""What matching looks at besides, as people type it: the way she travels, what is offered and asked for, likes."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from recruitment.choices import Interest, SupportKind, TravelMode
from recruitment.importing.text import Read, Unclear, line, plain, words

MODES = {
    TravelMode.WALK: "walk|walks|walking|on foot|foot|te voet|lopend|lopen|loopt|a pied|pied|marche|marchant",
    TravelMode.BICYCLE: "bicycle|by bicycle|bike|by bike|cycling|cycles|e bike|ebike|fiets|op de fiets|met de fiets"
    "|fietsend|velo|a velo|en velo",
    TravelMode.PUBLIC: "public transport|by public transport|bus|by bus|tram|train|by train|metro|bus tram or train"
    "|by bus tram or train|bus tram train|ov|met ov|met het ov|openbaar vervoer|trein|transports en commun"
    "|transport en commun|transports publics|transport public|en bus|en tram|en train",
    TravelMode.CAR: "car|by car|drives|auto|met de auto|per auto|voiture|en voiture|eigen auto",
}
KINDS = {
    SupportKind.ONE_TO_ONE: "visits|visit|visits one to one|one to one|one on one|1 to 1|1 op 1|een op een|een op een"
    "|bezoek|bezoeken|individueel|individual|individuel|visites|visite|un a un|visites individuelles",
    SupportKind.HOSTING: "hosting|host|host family|a stay|stay|a stay with a household|room|logeren|opvang|verblijf"
    "|gastgezin|logeerplek|accueil|hebergement|famille d accueil|sejour",
    SupportKind.GROUP: "group|a group|a group with a leader|group leader|groups|groep|een groep|groepsbegeleider"
    "|groepen|groupe|un groupe|groupes",
}
LIKES = {
    Interest.COOKING: "cooking|cook|food|baking|koken|bakken|eten|cuisine|cuisiner",
    Interest.WALKING: "walking|walks|hiking|wandelen|marche|marcher|promenade|promenades|randonnee",
    Interest.SPORT: "sport|sports|fitness|football|swimming|sporten|voetbal|zwemmen|natation|gym",
    Interest.GARDEN: "gardening|garden|gardens|plants|tuinieren|tuin|moestuin|jardin|jardinage",
    Interest.CRAFTS: "crafts and sewing|crafts|sewing|knitting|handwerk|handwerken|naaien|breien|knutselen|couture"
    "|tricot|artisanat|bricolage creatif",
    Interest.MUSIC: "music and singing|music|singing|muziek|zingen|musique|chant|chanter",
    Interest.READING: "reading|books|lezen|boeken|lecture|lire|livres",
    Interest.GAMES: "games|board games|chess|cards|spelletjes|spellen|schaken|kaarten|jeux|jeux de societe|echecs",
    Interest.CHILDREN: "playing with children|children|kids|spelen met kinderen|kinderen|enfants"
    "|jouer avec des enfants",
    Interest.ANIMALS: "animals|pets|dogs|cats|dieren|huisdieren|honden|katten|animaux",
    Interest.REPAIRS: "repairing things|repairs|repairing|diy|klussen|repareren|bricolage|reparations|reparer",
    Interest.FILMS: "films and series|films|film|series|movies|cinema|films en series|tv|films et series",
}
MODE_WORDS = {name: str(code) for code, names in MODES.items() for name in names.split("|")}
KIND_WORDS = {name: str(code) for code, names in KINDS.items() for name in names.split("|")}
LIKE_WORDS = {name: str(code) for code, names in LIKES.items() for name in names.split("|")}
YES = words("yes|y|ja|j|oui|o|true|vrai|waar|1|x|v|ok|in order|in orde|en ordre")
NO = words("no|n|nee|non|false|faux|onwaar|0|asked|requested|aangevraagd|demande|en cours|in aanvraag")
BETWEEN = re.compile(r"[,;/|+&\n•·]")


def parse_mode(text: str) -> Read:
    """How she travels: the first way that is named; others are left over. Raises Unclear where none is known."""
    codes, left = _codes(text, MODE_WORDS)
    if not codes:
        raise Unclear(
            _("“%(text)s” is not understood. Write: on foot, bicycle, public transport or car.")
            % {"text": _short(text)}
        )
    return Read(codes[0], "", line(text) if left or len(codes) > 1 else "")


def parse_kinds(text: str) -> Read:
    """What is offered: visits, a stay, a group. Raises Unclear where something is neither."""
    codes, left = _codes(text, KIND_WORDS)
    if left or not codes:
        raise Unclear(_("“%(text)s” is not understood. Write: visits, stay or group.") % {"text": _short(text)})
    return Read(codes)


def parse_kind(text: str) -> Read:
    """What is asked for: one of the three. Raises Unclear where it is none, or more than one."""
    codes = parse_kinds(text).value
    if len(codes) > 1:
        raise Unclear(
            _("“%(text)s” names more than one. Write: visits, stay or group; somebody waits for one of them.")
            % {"text": _short(text)}
        )
    return Read(codes[0])


def parse_likes(text: str) -> Read:
    """What she likes to do, as far as it stands in the list; other words are left over and never refused."""
    codes, left = _codes(text, LIKE_WORDS)
    return Read(codes, "", ", ".join(left))


def parse_yes(text: str) -> Read:
    """Yes or no. Raises Unclear for anything else."""
    bare = plain(text)
    if bare not in YES | NO:
        raise Unclear(_("“%(text)s” is neither yes nor no.") % {"text": _short(text)})
    return Read(bare in YES)


def is_answer(text: str) -> bool:
    """Whether a cell that should hold a day says only yes, no or “asked for”."""
    return plain(text) in YES | NO and not text.strip().isdigit()


def _codes(text: str, known: dict[str, str]) -> tuple[list[str], list[str]]:
    """The codes of what is named, in the order typed, and the words that name nothing known."""
    whole = plain(text)
    if whole in known:
        return [known[whole]], []
    codes: list[str] = []
    left: list[str] = []
    for typed in BETWEEN.split(text):
        piece = plain(typed)
        parts = [piece] if piece in known else re.split(r"\b(?:and|or|en|of|et|ou)\b", piece)
        for part in (one.strip() for one in parts):
            if part in known:
                codes.append(known[part])
            elif part:
                left.append(part)
    return list(dict.fromkeys(codes)), left


def _short(text: str) -> str:
    return line(text)[:40]
