"""Single values as people type them: names, e-mail, phone, gender, numbers, postcode, wishes, how they found us."""

from __future__ import annotations

import re

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _
from phonenumbers.phonenumberutil import PhoneNumberFormat, country_code_for_region, is_possible_number

from peerhub.people.choices import Gender
from recruitment.choices import Channel, WishedAge, WishedGender
from recruitment.importing.text import Read, Unclear, line, plain, words

INFIXES = words(
    "van|von|de|den|der|het|'t|ter|ten|te|in|op|la|le|el|al|du|des|da|di|dos|ait|ben|bin|ould|abu|abd|'d|d'|l'"
    "|'s|uit|vd|v.d.|v/d|zu|aan"
)
TITLES = words("mevr|mevrouw|mw|dhr|mme|mlle|monsieur|madame|mr|mrs|ms|miss|dr")
valid_email = EmailValidator()
SHORTEST_PHONE = 7  # digits within the country; shorter ones are emergency and service numbers
GENDERS = {
    Gender.WOMAN: (
        "f|v|w|woman|female|vrouw|vrouwelijk|femme|feminin|mevrouw|mevr|mw|mme|madame|mrs|ms|girl|meisje|fille"
    ),
    Gender.MAN: "m|h|man|male|mannelijk|homme|masculin|heer|de heer|dhr|mr|monsieur|boy|jongen|garcon",
    Gender.OTHER: "x|o|other|anders|autre|nb|non binary|non binair|non binaire|divers|genderqueer|trans",
}
GENDER_WORDS = {name: str(code) for code, names in GENDERS.items() for name in names.split("|")}
NO_WISH = words(
    "anyone|anybody|no|no wish|no preference|none|any|iedereen|geen|geen voorkeur|maakt niet uit|allen|alle|alles"
    "|tous|toutes|tout le monde"
    "|peu importe|pas de preference|sans preference|indifferent|all|everybody|everyone|both|beide|les deux"
)
WISHES = {
    ("gender", str(WishedGender.WOMAN)): (
        "woman|women|women only|only women|a woman|female|vrouw|vrouwen|alleen vrouwen|een vrouw|femme|femmes|f|v"
        "|femmes seulement|une femme|uniquement des femmes|uniquement femmes|enkel vrouwen|liefst een vrouw"
        "|liefst vrouw"
    ),
    ("gender", str(WishedGender.MAN)): (
        "man|men|men only|only men|a man|male|mannen|alleen mannen|een man|homme|hommes|hommes seulement|un homme|m|h"
        "|enkel mannen|uniquement des hommes|liefst een man|liefst man"
    ),
    ("age", str(WishedAge.OLDER)): (
        "older than me|older|ouder dan ik|ouder|oudere|iemand ouder|plus age que moi|plus agee que moi"
        "|plus age|plus agee"
        "|someone older"
    ),
    ("age", str(WishedAge.YOUNGER)): (
        "younger than me|younger|jonger dan ik|jonger|jongere|plus jeune que moi|plus jeune|someone younger"
    ),
}
WISH_WORDS = {name: meaning for meaning, names in WISHES.items() for name in names.split("|")}
CHANNELS = {
    Channel.SELF: r"\b(self|zelf|eigen initiatief|spontan|spontaan|walk in|soi meme|elle meme|lui meme)",
    Channel.PEER_SUPPORTER: (
        r"peer|maatje|contactvrouw|vrijwillig|pair aidant|benevole|volunteer|ervaringsdesk"
        r"|autre participant"
    ),
    Channel.OUTREACH: (
        r"outreach|street|straat|square|plein|markt|\brue\b|maraude|aller vers|vindplaats|playground"
        r"|speeltuin"
    ),
    Channel.ONLINE: (
        r"website|internet|online|facebook|instagram|whatsapp|social media|sociale media|\bsite\b|google"
        r"|reseaux"
    ),
    Channel.EVENT: r"event|poster|flyer|folder|evenement|affiche|feest|bijeenkomst|\bfete|krant|journal",
    Channel.INSTITUTION: (
        r"food bank|voedselbank|banque alimentaire|municipal|gemeente|commune|mairie|\bgp\b|huisarts|medecin"
        r"|school|ecole"
        r"|wijkteam|ocmw|cpas|\bcaw\b|ziekenhuis|hospital|hopital|kraamzorg|verloskund|sage femme|midwife"
        r"|maatschappelijk"
        r"|social worker|assistant|vluchtelingenwerk|church|kerk|moskee|mosque|bibliothe|library|police|politie|service"
        r"|organis|instel|dienst|consultatie|kind en gezin|\bpmi\b|\bggd\b"
    ),
}
POSTCODES = {
    "NL": re.compile(r"\b([1-9]\d{3})\s?([A-Za-z]{2})?\b"),
    "BE": re.compile(r"\b(?:B-?)?([1-9]\d{3})()\b"),
    "FR": re.compile(r"\b(?:F-?)?(\d{5})()\b"),
}


def parse_email(text: str) -> Read:
    """An e-mail address in lower case; a second one in the same cell is left over."""
    parts = [part for part in re.split(r"[;,\s]+", re.sub(r"mailto:|[<>\"]", " ", text, flags=re.IGNORECASE)) if part]
    addresses = [part.rstrip(".").lower() for part in parts if "@" in part]
    if not addresses and len(parts) > 1:
        raise Unclear(_("“%(text)s” is not an e-mail address.") % {"text": line(text)[:60]})
    address = addresses[0] if addresses else parts[0] if parts else ""
    try:
        valid_email(address)
    except ValidationError as error:
        raise Unclear(_("“%(text)s” is not an e-mail address.") % {"text": line(text)[:60]}) from error
    alone = len(parts) == 1
    return Read(address, "" if alone else address, "" if len(addresses) < 2 else line(text))  # noqa: PLR2004  # a second one


def parse_phone(text: str, *, region: str) -> Read:
    """A phone number as +31612345678; a leading zero that a spreadsheet ate is put back and shown."""
    typed = line(text)
    bare = re.sub(r"\.0$", "", typed).replace("(0)", "")
    digits = re.sub(r"\D", "", bare)
    if re.fullmatch(r"\d[.,]\d+[eE]\+?\d+", bare):
        raise Unclear(
            _("the spreadsheet shortened this number to %(text)s. Format the column as text.") % {"text": typed}
        )
    code = str(country_code_for_region(region))
    ate_zero = digits == bare and not bare.startswith("0") and region not in {"US", "IT", "ES", "PT", "PL"}
    if ate_zero and bare.startswith(code) and len(digits) >= len(code) + 8:
        bare = f"+{bare}"
    number = _number(bare, region) or _first_number(typed, region)
    if not number:
        raise Unclear(_("“%(text)s” is not a phone number.") % {"text": typed[:40]})
    letters = re.search(r"[^\W\d_]{2,}", typed) or len(digits) > 15  # noqa: PLR2004  # E.164 has 15 digits at most
    return Read(number, number if ate_zero or letters else "", typed if letters else "")


def _number(text: str, region: str) -> str:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ""
    possible = is_possible_number(number) and len(str(number.national_number)) >= SHORTEST_PHONE
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if possible else ""


def _first_number(text: str, region: str) -> str:
    """The first number among other words or several numbers."""
    pieces = re.findall(r"[+\d][\d ().-]{6,}\d", re.sub(r"[/;,|]", "\n", text))
    return next((number for piece in pieces if (number := _number(piece, region))), "")


def parse_gender(text: str) -> Read:
    """Woman, man or other, from a letter, a word or a form of address in three languages."""
    code = GENDER_WORDS.get(plain(text))
    if code is None:
        raise Unclear(_("“%(text)s” is not understood. Write F, M or X.") % {"text": line(text)[:30]})
    return Read(code)


def parse_number(text: str, *, low: int, high: int, minutes: bool = False) -> Read:
    """A whole number; of “6-8” the lower one, shown. Words beside it are left over."""
    bare = line(text).lower().replace(",", ".")
    found = re.search(r"\d+(?:\.\d+)?", bare)
    if not found or "e+" in bare:
        raise Unclear(_("“%(text)s” is not a number.") % {"text": line(text)[:30]})
    amount = float(found[0]) if len(found[0]) < 9 else float(high + 1)  # noqa: PLR2004  # no such count of anything
    if minutes and re.search(r"\d\s*(?:uur|u\b|hour|hr|h\b|heure)", bare):
        amount *= 60
    number = int(amount)
    if bare.startswith("-") or not low <= number <= high:
        given = {"text": line(text)[:30], "low": low, "high": high}
        raise Unclear(_("%(text)s is not between %(low)s and %(high)s.") % given)
    exact = re.sub(r"\.0+$", "", bare) == str(number)
    worded = re.search(r"[^\W\d_]{4,}", bare) and not minutes
    return Read(number, "" if exact else str(number), line(text) if worded else "")


def parse_postcode(text: str, *, region: str) -> Read:
    """A postcode in one spelling; a place name beside it is left over, a leading zero is put back."""
    typed = line(text)
    bare = re.sub(r"\.0$", "", typed)
    if region == "FR" and re.fullmatch(r"\d{4}", bare):
        return Read(f"0{bare}", f"0{bare}")
    if region in POSTCODES and (found := POSTCODES[region].search(bare)):
        code = f"{found[1]} {(found[2] or '').upper()}".strip()
        alone = plain(bare).replace(" ", "") == plain(found[0]).replace(" ", "")
        return Read(code, "" if alone else code, "" if alone else typed)
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 -]{1,10}", bare) and any(mark.isdigit() for mark in bare):
        return Read(bare.upper())
    raise Unclear(_("“%(text)s” is not a postcode.") % {"text": typed[:30]})


def parse_wishes(text: str) -> tuple[dict[str, str], str]:
    """Wishes about gender and age, and the words that are neither (“families”, “same language”)."""
    found: dict[str, str] = {}
    left: list[str] = []
    for piece in re.split(r"[,;/\n&+]| en | and | et ", line(text)):
        kind, value = WISH_WORDS.get(plain(piece), ("", ""))
        if kind:
            found.setdefault(kind, value)
        elif plain(piece) not in NO_WISH and plain(piece):
            left.append(piece.strip())
    return found, line(text) if left else ""


def parse_channel(text: str) -> Channel:
    """How somebody found the programme, by the words used; the words themselves are kept beside it."""
    bare = plain(text)
    return next((channel for channel, pattern in CHANNELS.items() if re.search(pattern, bare)), Channel.OTHER)


def split_name(text: str) -> tuple[str, str]:
    """First and last name from one cell: “Haddad, Yasmina”, “Anna van den Berg”, “HADDAD Yasmina”."""
    typed = line(text)
    if "," in typed:
        last, _comma, first = typed.partition(",")
        return turned(first.strip(), last.strip())
    parts = [word for word in typed.split() if plain(word) not in TITLES] or typed.split()
    if len(parts) < 2:  # noqa: PLR2004  # nothing to part
        return " ".join(parts), ""
    for number, word in enumerate(parts[1:], start=1):
        if word.lower() in INFIXES or word.lower().startswith("d'"):
            return " ".join(parts[:number]), " ".join(parts[number:])
    shouted = [word for word in parts if len(word) > 1 and word.isupper()]
    if shouted and len(shouted) < len(parts) and parts[0] in shouted:
        return " ".join(word for word in parts if word not in shouted), " ".join(shouted)
    return parts[0], " ".join(parts[1:])


def turned(first: str, last: str) -> tuple[str, str]:
    """“Berg, van den” in a list sorted by name is said “van den Berg”; so is an infix behind the first name."""
    if "," in last:
        main, _comma, infix = last.partition(",")
        last = f"{infix.strip()} {main.strip()}".strip()
    parts = first.split()
    behind = len(parts)
    while behind > 1 and parts[behind - 1] in INFIXES:
        behind -= 1
    return " ".join(parts[:behind]), " ".join([*parts[behind:], last]).strip()
