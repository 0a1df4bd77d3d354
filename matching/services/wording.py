"""Codes and numbers of pairing.py as sentences, in the language of the reader. Nothing here names anybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matching.services.topics import topic_label
from peerhub.people.choices import Language
from recruitment.choices import Interest, slot_label

Params = Mapping[str, Any]
NEXT_DOOR = 3  # minutes …
ON_THE_SPOT = ("", "walk", "bicycle")  # … this way; by car or bus it is another neighbourhood
NAMED_SLOTS = 2
MONTH = 30  # days

EXCLUDED: dict[str, Promise] = {
    "same_person": gettext_lazy("the same person"),
    "conflict": gettext_lazy("must not be matched"),
    "forbidden": gettext_lazy("not suitable, says the team"),
    "earlier": gettext_lazy("tried before, or asked lately"),
    "kind": gettext_lazy("offers another kind of support"),
    "locked": gettext_lazy("promised to somebody else"),
    "language": gettext_lazy("no common language"),
    "gender": gettext_lazy("not of the gender the participant wishes"),
    "supporter_gender": gettext_lazy("wishes to support only women, or only men"),
    "age": gettext_lazy("not of the age the participant wishes"),
    "supporter_age": gettext_lazy("wishes to support people of another age"),
    "vetting": gettext_lazy("no valid certificate of conduct"),
    "room": gettext_lazy("fewer beds than people"),
    "times": gettext_lazy("no common free time"),
    "distance": gettext_lazy("too far"),
    "full": gettext_lazy("full"),
    "taken": gettext_lazy("the place goes to somebody else"),
}
REFUSED: dict[str, Promise] = {
    "same_person": gettext_lazy("Nobody supports herself."),
    "conflict": gettext_lazy("It is written down that these two must not be matched. Choose somebody else."),
    "forbidden": gettext_lazy("The team wrote down that these two do not suit each other. Lift that first."),
    "earlier": gettext_lazy(
        "These two were proposed or matched before and it did not work out, or nobody answered less than a month ago. "
        "Choose somebody else."
    ),
    "kind": gettext_lazy("This peer supporter does not offer the kind of support that is asked for."),
    "locked": gettext_lazy("This participant is locked to somebody else. Lift that first."),
    "language": gettext_lazy("They have no language in common. Choose somebody else."),
    "gender": gettext_lazy("The participant wishes support from somebody of another gender."),
    "supporter_gender": gettext_lazy("This peer supporter wishes to support people of another gender."),
    "age": gettext_lazy("The participant wishes support from somebody of another age."),
    "supporter_age": gettext_lazy("This peer supporter wishes to support people of another age."),
    "vetting": gettext_lazy(
        "There are young people, or visits are at home, and no valid certificate of conduct is written down for this "
        "peer supporter. Look at the certificate first."
    ),
    "room": gettext_lazy("This household is larger than the home that is offered."),
    "times": gettext_lazy("They have no free time in common. Ask both once more when they are free."),
    "distance": gettext_lazy("The way is longer than this peer supporter wishes to travel."),
    "full": gettext_lazy("This peer supporter has no free place any more. Choose somebody else."),
}
_UNKNOWN: dict[str, Promise] = {
    "languages": gettext_lazy("languages"),
    "times": gettext_lazy("free times"),
    "distance": gettext_lazy("distance"),
    "travel_mode": gettext_lazy("how the peer supporter travels"),
    "gender": gettext_lazy("gender"),
    "age": gettext_lazy("age"),
    "children": gettext_lazy("children at home"),
    "home": gettext_lazy("whether visits are at home"),
    "household": gettext_lazy("how many people need a place"),
    "room": gettext_lazy("how many people can stay"),
}
_WAYS: dict[str, tuple[Promise, Promise]] = {
    "": (  # how somebody travels is not known: nothing is claimed about it
        gettext_lazy("About %(n)s minutes away, counted by bicycle."),
        gettext_lazy("Counted by bicycle the way takes about %(n)s minutes."),
    ),
    "walk": (
        gettext_lazy("About %(n)s minutes away on foot."),
        gettext_lazy("The way takes about %(n)s minutes on foot."),
    ),
    "bicycle": (
        gettext_lazy("About %(n)s minutes away by bicycle."),
        gettext_lazy("The way takes about %(n)s minutes by bicycle."),
    ),
    "public": (
        gettext_lazy("About %(n)s minutes away by bus, tram or train."),
        gettext_lazy("The way takes about %(n)s minutes by bus, tram or train."),
    ),
    "car": (
        gettext_lazy("About %(n)s minutes away by car."),
        gettext_lazy("The way takes about %(n)s minutes by car."),
    ),
}


def reason_sentences(reasons: Sequence[Params]) -> dict[str, list[str]]:
    """The stored reasons of a match as sentences: ``for`` and ``against``, as the component shows them."""
    sides: dict[str, list[str]] = {"for": [], "against": []}
    for reason in reasons:
        speaks_for = bool(reason["for"])
        words = (_FOR if speaks_for else _AGAINST).get(reason["code"])
        if words:
            sides["for" if speaks_for else "against"].append(words(reason.get("params", {})))
    return sides


def advice_sentence(relax: str, opens: int, possible: int = 0) -> str:
    """What would help somebody for whom nobody was found: the one change that opens most, and how many."""
    if relax not in _ADVICE:
        if possible:
            return _("There are candidates. Look at them and choose one.")
        return _(
            "No single change helps. More peer supporters are needed, above all with the right languages and times."
        )
    more = ngettext(
        "one more peer supporter would come into question.",
        "%(n)s more peer supporters would come into question.",
        opens,
    ) % {"n": apnumber(opens)}
    return _("%(advice)s: %(more)s") % {"advice": _ADVICE[relax], "more": more}


def excluded_label(code: str) -> str:
    """Why somebody does not come into question, in a few words."""
    return str(EXCLUDED.get(code, code))


def excluded_words(counts: Mapping[str, int]) -> str:
    """“no common language 6, full 3, too far 2”, the most frequent first."""
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{excluded_label(code)} {count}" for code, count in ordered)


def listed(words: Sequence[str]) -> str:
    """“a, b and c”."""
    if len(words) < NAMED_SLOTS:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def language_labels(codes: Sequence[str]) -> list[str]:
    """Languages as words in the reader's language."""
    return [str(Language(code).label) if code in Language.values else code for code in codes]


_ADVICE: dict[str, Promise] = {
    "language": gettext_lazy("With an interpreter, or without the rule of a common language"),
    "gender": gettext_lazy("If the participant does not mind the gender"),
    "supporter_gender": gettext_lazy("If peer supporters do not mind whom they support"),
    "age": gettext_lazy("If the participant does not mind the age"),
    "supporter_age": gettext_lazy("If peer supporters do not mind the age of those they support"),
    "vetting": gettext_lazy("With more certificates of conduct seen"),
    "room": gettext_lazy("With more room in a home"),
    "times": gettext_lazy("With more free times; ask again when meeting is possible"),
    "distance": gettext_lazy("With a longer way, or a meeting place halfway"),
    "full": gettext_lazy("If one of them takes one person more"),
    "forbidden": gettext_lazy("If the team lifts what it decided about pairs"),
}
# The same where everybody would change, and not one person.
_FOR_ALL: dict[str, Promise] = {
    **_ADVICE,
    "gender": gettext_lazy("If participants do not mind the gender"),
    "age": gettext_lazy("If participants do not mind the age"),
    "full": gettext_lazy("With one more place at every peer supporter"),
}


def opening_sentence(opening: Params) -> str:
    """What one change would do for the whole waiting list: “With more free times …: three more people …”."""
    more = ngettext(
        "one more person would have a candidate.", "%(n)s more people would have a candidate.", opening["people"]
    ) % {"n": apnumber(opening["people"])}
    return _("%(advice)s: %(more)s") % {"advice": _FOR_ALL[opening["relax"]], "more": more}


def relaxed_sentence(relax: str, matches: int) -> str:
    """What one change for everybody would bring: “With more free times …: three more people could be matched.”."""
    more = ngettext("one more person could be matched.", "%(n)s more people could be matched.", matches) % {
        "n": apnumber(matches)
    }
    return _("%(advice)s: %(more)s") % {"advice": _FOR_ALL[relax], "more": more}


def changed_rule(code: str) -> str:
    """A change in words, without what it would bring: “With a longer way, or a meeting place halfway”."""
    return str(_FOR_ALL.get(code, code))


_OFFERS: dict[int, Promise] = {
    1: gettext_lazy("can take somebody into her home"),
    2: gettext_lazy("can lead a group"),
}


def wanted_sentence(wanted: Params) -> str:
    """Who is missing most: “One peer supporter who speaks Dari, lives near … would allow four more matches.”."""
    who = {
        "woman": _("One woman as a peer supporter"),
        "man": _("One man as a peer supporter"),
    }.get(wanted["gender"], _("One peer supporter"))
    facts = [str(_OFFERS[wanted["kind"]])] if wanted.get("kind") in _OFFERS else []
    if wanted["languages"]:
        facts.append(_("speaks %(languages)s") % {"languages": listed(language_labels(wanted["languages"]))})
    if wanted["postcode"]:
        where = f"{wanted['postcode']} {wanted['place']}".strip()
        facts.append(_("lives near %(place)s") % {"place": where})
    if wanted["slots"]:
        facts.append(_("is free on %(slots)s") % {"slots": listed([slot_label(slot) for slot in wanted["slots"]])})
    more = ngettext("would allow one more match.", "would allow %(n)s more matches.", wanted["matches"]) % {
        "n": apnumber(wanted["matches"])
    }
    if not facts:
        return _("%(who)s %(more)s") % {"who": who, "more": more}
    return _("%(who)s who %(facts)s %(more)s") % {"who": who, "facts": listed(facts), "more": more}


def _times(params: Params) -> str:
    slots = [slot_label(slot) for slot in params["slots"]]
    if len(slots) <= NAMED_SLOTS:
        return _("Both are free on %(slots)s.") % {"slots": listed(slots)}
    others = len(slots) - 1
    return _("Both are free on %(slot)s and %(n)s other times.") % {"slot": slots[0], "n": apnumber(others)}


def _few_times(params: Params) -> str:
    said = {"n": apnumber(len(params["slots"])), "slots": listed([slot_label(slot) for slot in params["slots"]])}
    return (
        ngettext(
            "Only one free time suits both: %(slots)s.",
            "Only %(n)s free times suit both: %(slots)s.",
            len(params["slots"]),
        )
        % said
    )


def _no_times(params: Params) -> str:
    return _("They have no free time in common; the team set this aside.")


def _near(params: Params) -> str:
    if params["minutes"] <= NEXT_DOOR and _mode(params) in ON_THE_SPOT:
        return _("They live in the same neighbourhood.")
    return str(_WAYS[_mode(params)][0]) % {"n": params["minutes"]}


def _mode(params: Params) -> str:
    """As it was kept; in searches of before, what was not known was kept as a bicycle."""
    return str(params.get("mode", "bicycle"))


def _far(params: Params) -> str:
    return str(_WAYS[_mode(params)][1]) % {"n": params["minutes"]}


def _languages(params: Params) -> str:
    return _("Both speak %(languages)s.") % {"languages": listed(language_labels(params["languages"]))}


def _one_language(params: Params) -> str:
    language = listed(language_labels(params["languages"]))
    return _("Beside %(language)s they have no language in common.") % {"language": language}


def _little_language(params: Params) -> str:
    languages = listed(language_labels(params["languages"]))
    return _("They share %(languages)s, and one of them speaks only a little of it.") % {"languages": languages}


def _no_language(params: Params) -> str:
    return _("They have no language in common; the team set this aside.")


def _experience(params: Params) -> str:
    topics = listed([topic_label(code) for code in params["topics"]])
    return _("The peer supporter knows this from life: %(topics)s.") % {"topics": topics}


def _skills(params: Params) -> str:
    topics = listed([topic_label(code) for code in params["topics"]])
    return _("The peer supporter can help with what is asked: %(topics)s.") % {"topics": topics}


def _interests(params: Params) -> str:
    liked = listed([str(Interest(code).label) for code in params["interests"] if code in Interest.values])
    return _("Both like %(interests)s.") % {"interests": liked}


def _no_topics(params: Params) -> str:
    topics = listed([topic_label(code) for code in params["topics"]])
    return _("Help is asked with %(topics)s; of that nothing is written down for the peer supporter.") % {
        "topics": topics
    }


def _placement(params: Params) -> str:
    months = params["days"] // MONTH
    if not months:
        return _("The student placement ends within a month.")
    return ngettext(
        "The student placement ends in about one month.",
        "The student placement ends in about %(n)s months.",
        months,
    ) % {"n": apnumber(months)}


def _age_kept(params: Params) -> str:
    return (
        _("The peer supporter is older, as wished.")
        if params["wish"] == "older"
        else _("The peer supporter is younger, as wished.")
    )


def _age_missed(params: Params) -> str:
    """Of searches before wishes about age were kept without exception."""
    return (
        _("An older peer supporter was wished for.")
        if params["wish"] == "older"
        else _("A younger peer supporter was wished for.")
    )


def _gender_kept(params: Params) -> str:
    return (
        _("The peer supporter is a woman, as wished.")
        if params["wish"] == "woman"
        else _("The peer supporter is a man, as wished.")
    )


def _room(params: Params) -> str:
    return ngettext(
        "The peer supporter has a free place.",
        "The peer supporter has %(n)s free places.",
        params["free"],
    ) % {"n": apnumber(params["free"])}


def _last_room(_params: Params) -> str:
    return _("It is the peer supporter's last free place.")


def unknown_labels(codes: Sequence[str]) -> list[str]:
    """What is not known, in a few words each."""
    return [str(_UNKNOWN.get(one, one)) for one in codes]


def _unknown(params: Params) -> str:
    return _("Not known yet: %(what)s.") % {"what": listed(unknown_labels(params["what"]))}


_FOR: dict[str, Callable[[Params], str]] = {
    "languages": _languages,
    "times": _times,
    "near": _near,
    "topics": _skills,
    "experience": _experience,
    "skills": _skills,
    "interests": _interests,
    "age": _age_kept,
    "gender": _gender_kept,
    "room": _room,
}
_AGAINST: dict[str, Callable[[Params], str]] = {
    "few_times": _few_times,
    "no_times": _no_times,
    "no_language": _no_language,
    "little_language": _little_language,
    "placement": _placement,
    "far": _far,
    "no_topics": _no_topics,
    "age": _age_missed,
    "one_language": _one_language,
    "last_room": _last_room,
    "unknown": _unknown,
}
