"""What the board says of a candidate and of a choice, in the reader's language; names are handed in by the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matching.services.looking import Weighed
from matching.services.wording import NEXT_DOOR, ON_THE_SPOT, listed, unknown_labels

MOST_NAMED = 5
_BY: dict[str, Promise] = {
    "walk": gettext_lazy("about %(n)s minutes on foot"),
    "bicycle": gettext_lazy("about %(n)s minutes by bicycle"),
    "public": gettext_lazy("about %(n)s minutes by bus, tram or train"),
    "car": gettext_lazy("about %(n)s minutes by car"),
    "": gettext_lazy("about %(n)s minutes by bicycle; how she travels is not known"),
}


def way_words(minutes: int | None, mode: str) -> str:
    """How long the way is and how it is made; empty when a place is not known."""
    if minutes is None:
        return ""
    if minutes <= NEXT_DOOR and mode in ON_THE_SPOT:
        return _("in the same neighbourhood, %(n)s minutes at most") % {"n": NEXT_DOOR}
    return str(_BY[mode if mode in _BY else ""]) % {"n": minutes}


def level_words(language: str, *, well: bool) -> str:
    """A shared language with its level."""
    words = _("%(language)s: both well") if well else _("%(language)s: one of them only a little")
    return words % {"language": language}


def unknown_words(reasons: Sequence[Mapping[str, Any]]) -> list[str]:
    """What could not be looked at because nobody knows it."""
    return [label for one in reasons if one["code"] == "unknown" for label in unknown_labels(one["params"]["what"])]


def choice_sentence(weighed: Weighed, names: Mapping[int, str]) -> str:
    """Whom the best pairs for everybody give her; ``names`` of peer supporters by number."""
    if weighed.is_same:
        return _("What is best for her is best for all: nobody else loses anything.")
    own = {"own": names.get(weighed.own, ""), "own_fit": weighed.own_fit}
    if weighed.given is None:
        return (
            _("The best pairs for everybody hold nobody for her; %(own)s would fit her best (%(own_fit)s of 100).")
            % own
        )
    given = {"given": names.get(weighed.given, ""), "given_fit": weighed.given_fit}
    return _(
        "The best pairs for everybody give her %(given)s (%(given_fit)s of 100); "
        "%(own)s would fit her best (%(own_fit)s of 100)."
    ) % {**own, **given}


def cost_sentences(weighed: Weighed, names: Mapping[int, str]) -> list[str]:
    """What the others lose when she gets her own best; ``names`` of participants by number."""
    if weighed.is_same:
        return []
    if weighed.is_free:
        return [_("If she gets her own best, nobody else loses anything.")]
    said = []
    if weighed.people > 0:
        said.append(
            ngettext(
                "If she gets her own best, %(n)s person fewer among the others finds somebody.",
                "If she gets her own best, %(n)s people fewer among the others find somebody.",
                weighed.people,
            )
            % {"n": weighed.people}
        )
    if weighed.waited > 0:
        said.append(
            ngettext(
                "Of the days that the others have waited, %(n)s fewer comes to an end.",
                "Of the days that the others have waited, %(n)s fewer come to an end.",
                weighed.waited,
            )
            % {"n": weighed.waited}
        )
    if weighed.people <= 0 and weighed.waited <= 0 and weighed.fit > 0:
        said.append(
            _("If she gets her own best, just as many find somebody, but the others fit %(n)s points less in all.")
            % {"n": weighed.fit}
        )
    return [*said, *_who(weighed, names)]


def _who(weighed: Weighed, names: Mapping[int, str]) -> list[str]:
    said = []
    if weighed.without:
        said.append(_("Then nobody is found for: %(names)s.") % {"names": _some(weighed.without, names)})
    if weighed.instead:
        said.append(_("Somebody is found only then for: %(names)s.") % {"names": _some(weighed.instead, names)})
    return said


def _some(people: Sequence[int], names: Mapping[int, str]) -> str:
    shown = [names.get(one, "") for one in people[:MOST_NAMED]]
    more = len(people) - len(shown)
    return listed([*shown, _("%(n)s more") % {"n": more}] if more else shown)
