"""Languages as people name them: in English, Dutch and French, by code, and by the language's own name."""

from __future__ import annotations

import re
from difflib import get_close_matches

from django.utils.translation import gettext as _

from peerhub.people.choices import Language
from recruitment.importing.text import Read, Unclear, line, plain, words

NAMES = {
    Language.NL: "dutch|nederlands|neerlandais|hollands|vlaams|flemish|flamand|nld|dut|ned",
    Language.FR: "french|frans|francais|fra|fre",
    Language.EN: "english|engels|anglais|eng",
    Language.AR: "arabic|arabisch|arabe|ara|العربية|عربي|darija|marokkaans arabisch|moroccan arabic|syrisch arabisch"
    "|irakees arabisch|marokkaans|arabic moroccan|arabe marocain",
    Language.TR: "turkish|turks|turc|turkce|tur",
    Language.RIF: "tarifit|riffian|rif|riffijns|rifijns|rifain|tarifiyt|riff|rif berbers|berbers riffijns",
    Language.BER: "berber|berbers|berbere|tamazight|amazigh|tachelhit|tashelhit|chleuh|ber",
    Language.PL: "polish|pools|polonais|polski|pol",
    Language.SO: "somali|somalisch|somalische|soomaali|som",
    Language.TI: "tigrinya|tigrigna|tigrinja|tigrynia|tir|ትግርኛ",
    Language.AM: "amharic|amhaars|amharisch|amharique|amh|አማርኛ",
    Language.PRS: "dari|afghan persian|dari persian|prs|دری",
    Language.PS: "pashto|pasjtoe|pachto|pachtou|pashtu|pus|پښتو",
    Language.FA: "persian|farsi|perzisch|persan|per|fas|فارسی",
    Language.KU: "kurdish|koerdisch|kurde|kurdi|kurmanji|kurmanci|sorani|kur|kmr|ckb",
    Language.UK: "ukrainian|oekraiens|ukrainien|ukr|українська",
    Language.RU: "russian|russisch|russe|rus|русский",
    Language.ES: "spanish|spaans|espagnol|espanol|castellano|spa",
    Language.PT: "portuguese|portugees|portugais|portugues|braziliaans|por",
    Language.IT: "italian|italiaans|italien|italiano|ita",
    Language.DE: "german|duits|allemand|deutsch|deu|ger",
    Language.RO: "romanian|roemeens|roumain|romana|ron|rum",
    Language.BG: "bulgarian|bulgaars|bulgare|bul|български",
    Language.ZH: "chinese|chinees|chinois|mandarin|mandarijn|kantonees|cantonese|cantonais|zho|chi|中文|普通话",
    Language.VI: "vietnamese|vietnamees|vietnamien|vie|tieng viet",
    Language.UR: "urdu|oerdoe|ourdou|urd|اردو",
    Language.HI: "hindi|hin|हिन्दी",
    Language.PA: "punjabi|pendjabi|panjabi|pan",
    Language.BN: "bengali|bengaals|bangla|ben|বাংলা",
    Language.TA: "tamil|tamoul|tam|தமிழ்",
    Language.SW: "swahili|kiswahili|swa",
    Language.LN: "lingala|lin",
    Language.HY: "armenian|armeens|armenien|hye|arm|հայերեն",
    Language.KA: "georgian|georgisch|georgien|kat|geo|ქართული",
    Language.SQ: "albanian|albanees|albanais|shqip|sqi|alb",
    Language.SR: "serbian|servisch|serbe|srpski|srp",
    Language.BS: "bosnian|bosnisch|bosniaque|bosanski|bos",
    Language.HU: "hungarian|hongaars|hongrois|magyar|hun",
    Language.EL: "greek|grieks|grec|ell|gre|ελληνικα",
    Language.PAP: "papiamento|papiaments|papiamentu|papiamentoe|pap",
    Language.SRN: "sranan|sranantongo|sranan tongo|surinaams|srn",
    Language.ID: "indonesian|indonesisch|indonesien|bahasa indonesia|bahasa|ind",
    Language.SGN: "sign language|gebarentaal|nederlandse gebarentaal|langue des signes|ngt|vgt|lsf|lsfb|sgn",
}
KNOWN = {plain(name): str(code) for code, names in NAMES.items() for name in (*names.split("|"), str(code))}
AND = re.compile(r"\b(?:en|et|and|und|ve|plus|ook|also|aussi|or|of|ou)\b")
BETWEEN = re.compile(r"[,;/|&+\n()\[\]•·]|\s-\s")
NOISE = words(
    "a1|a2|b1|b2|c1|c2|moedertaal|native|fluent|vloeiend|goed|good|bien|basis|basic|beetje|een|a|little|un|peu|langue"
    "|maternelle|mother|tongue|matig|redelijk|spreekt|speaks|parle|taal|language|leert|niveau|level"
)

LITTLE = words("a1|a2|basis|basic|beetje|little|peu|matig|leert")


def parse_languages(text: str) -> Read:
    """The codes of the languages named, in the order typed. Raises Unclear naming the nearest known languages."""
    codes: list[str] = []
    for piece in BETWEEN.split(text):
        codes += _piece(piece)
    return Read(list(dict.fromkeys(codes)))


def spoken_a_little(text: str) -> list[str]:
    """Of the languages named, those with a word beside them that says “only a little”, as in “Dutch (a little)”."""
    found: list[str] = []
    before: list[str] = []
    for piece in BETWEEN.split(text):
        codes = _piece(piece)
        if set(plain(piece).split()) & LITTLE:
            found += codes or before
        before = codes or before
    return list(dict.fromkeys(found))


def _piece(typed: str) -> list[str]:
    """One piece between commas: a language, several joined by “and” or blanks, or a remark on how well."""
    piece = plain(typed)
    if not piece or all(word in NOISE for word in piece.split()):
        return []
    if piece in KNOWN:
        return [KNOWN[piece]]
    for parts in (AND.split(piece), piece.split()):
        bare = [_without_noise(part) for part in parts]
        if len(parts) > 1 and all(part in KNOWN for part in bare if part) and any(bare):
            return [KNOWN[part] for part in bare if part]
    bare_piece = _without_noise(piece)
    if bare_piece in KNOWN:
        return [KNOWN[bare_piece]]
    raise _unknown(typed)


def _without_noise(piece: str) -> str:
    return " ".join(word for word in piece.split() if word not in NOISE)


def _unknown(typed: str) -> Unclear:
    near = [KNOWN[name] for name in get_close_matches(plain(typed)[:40], KNOWN, n=6, cutoff=0.4)]
    codes = list(dict.fromkeys(near))[:3] or [str(Language.NL), str(Language.FR), str(Language.EN)]
    names = ", ".join(str(Language(code).label) for code in codes)
    return Unclear(
        _("“%(text)s” is not a language known here. The nearest are: %(names)s.")
        % {"text": line(typed)[:40], "names": names}
    )
