"""From a measurement to a figure of a report: what is too small is hidden here, before anybody can print it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation import measures
from evaluation.measures import is_small, suppress, suppress_part
from evaluation.reports import words
from evaluation.reports.shape import Figure


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the figures of one phase; counts of people below ``below`` are hidden."""

    phase: str
    below: int

    def people(
        self, code: str, label: str, definition: str, count: int, *, unit: str = "people", standard: str | None = None
    ) -> Figure:
        """How many people (or matches: one participant each)."""
        cell = suppress(count, self.below)
        return Figure(
            code=code,
            phase=self.phase,
            label=label,
            definition=definition,
            unit=unit,
            shown=words.cell(cell, self.below),
            value=cell.value,
            n=cell.value,
            missing=0,
            suppressed=cell.hidden,
            standard=standard,
        )

    def tally(
        self,
        code: str,
        label: str,
        definition: str,
        value: float,
        *,
        unit: str,
        n: int | None,
        note: str = "",
        standard: str | None = None,
    ) -> Figure:
        """How many visits, hours, meetings: work done, which is no count of people. ``n`` is how many rows it adds up,
        never a small number of people.
        """
        return Figure(
            code=code,
            phase=self.phase,
            label=label,
            definition=definition,
            unit=unit,
            shown=words.number(value),
            note=note,
            value=round(value, 2),
            n=n,
            missing=0,
            standard=standard,
        )

    def ratio(
        self,
        code: str,
        label: str,
        definition: str,
        top: float,
        bottom: int,
        *,
        unit: str,
        people: int,
        missing: int = 0,
    ) -> Figure:
        """So much for each of ``bottom``; hidden when the ``people`` behind it are few."""
        small = is_small(people, self.below)
        value = None if small or not bottom else round(top / bottom, 2)
        return Figure(
            code=code,
            phase=self.phase,
            label=label,
            definition=definition,
            unit=unit,
            shown=self._or_hidden(small, None if value is None else words.number(value, 1)),
            note=self._few() if small else "",
            value=value,
            n=None if small else bottom,
            missing=None if small else missing,
            suppressed=small,
        )

    def median(self, code: str, label: str, definition: str, values: Sequence[float | None], *, unit: str) -> Figure:
        """The middle value; hidden when few people are behind it."""
        found = measures.middle(values)
        small = is_small(found.n, self.below)
        known = None if small else found.value
        return Figure(
            code=code,
            phase=self.phase,
            label=label,
            definition=definition,
            unit=unit,
            shown=self._or_hidden(
                small, None if known is None else words.number(known, 0 if known.is_integer() else 1)
            ),
            note=self._few() if small else "",
            value=known,
            n=None if small else found.n,
            missing=None if small else found.missing,
            suppressed=small,
        )

    def part(
        self,
        code: str,
        label: str,
        definition: str,
        part: int,
        of: int,
        *,
        standard: str | None = None,
        missing: int = 0,
        rest_tells: bool = True,
    ) -> Figure:
        """How many of so many people or matches, with the 95 % interval: hidden when the part, the rest or all are few.

        With ``rest_tells=False`` a small rest is no reason to hide: who left a questionnaire open has told nothing.
        Such a share is about how the work was done, with everybody counted, and has no interval.
        """
        small = is_small(part, self.below) or is_small(of, self.below)
        small = small or (rest_tells and suppress_part(part, of, self.below).hidden)
        share = measures.share(part, of)
        known, ranged = not small, not small and rest_tells
        return Figure(
            code=code,
            phase=self.phase,
            label=label,
            definition=definition,
            unit="share",
            shown=words.percent(share.value) if known and share.value is not None else self._part_hidden(part, of),
            note=self._of(part, of, share if ranged else None) if known else "",
            value=share.value if known else None,
            n=suppress(of, self.below).value,
            missing=missing if known else None,
            low=share.low if ranged else None,
            high=share.high if ranged else None,
            suppressed=small,
            standard=standard,
        )

    def logged(self, code: str, label: str, definition: str, part: int, of: int) -> Figure:
        """A share of things logged (visits): no people are counted, so nothing is hidden, and there is no interval."""
        return Figure(
            code=code,
            phase=self.phase,
            label=label,
            definition=definition,
            unit="share",
            shown=words.percent(part / of) if of else words.NOTHING,
            note=self._of(part, of, None),
            value=part / of if of else None,
            n=of,
            missing=0,
        )

    def change(
        self, code: str, label: str, definition: str, change: measures.Change, *, eligible: int, unit: str
    ) -> Figure:
        """The mean change of the people who answered twice; hidden when they are few."""
        small = is_small(change.n, self.below)
        known = change if change.n and not small else None
        return Figure(
            code=code,
            phase=self.phase,
            label=label,
            definition=definition,
            unit=unit,
            shown=self._or_hidden(
                small, None if known is None or known.change is None else words.signed(known.change, 1)
            ),
            note=_range(known) if known else self._few() if small else "",
            value=known.change if known else None,
            n=None if small else change.n,
            missing=None if small or is_small(eligible, self.below) else eligible - change.n,
            low=known.low if known else None,
            high=known.high if known else None,
            suppressed=small,
        )

    def _few(self) -> str:
        return _("fewer than %(n)s people") % {"n": self.below}

    def _or_hidden(self, small: bool, shown: str | None) -> str:  # a fact, not a switch
        return words.hidden(self.below) if small else shown or words.NOTHING

    def _part_hidden(self, part: int, of: int) -> str:
        """Words for a part that may not be shown: only that it is small, when at least that may be said."""
        if not of:
            return words.NOTHING
        if is_small(of, self.below):
            return words.hidden(self.below)
        if is_small(part, self.below):
            return _("%(part)s of %(of)s") % {"part": words.hidden(self.below), "of": words.number(of)}
        return _("not shown, of %(of)s") % {"of": words.number(of)}

    def _of(self, part: int, of: int, share: measures.Share | None) -> str:
        numbers = {"part": words.number(part), "of": words.number(of)}
        if not of:
            return ""
        if share is None or share.low is None or share.high is None:
            return _("%(part)s of %(of)s") % numbers
        return _("%(part)s of %(of)s; the true share could lie between %(low)s and %(high)s") % {
            **numbers,
            "low": words.percent(share.low),
            "high": words.percent(share.high),
        }


def _range(change: measures.Change) -> str:
    people = ngettext("%(n)s person answered twice", "%(n)s people answered twice", change.n) % {"n": change.n}
    if change.low is None or change.high is None:
        return people
    return _("95 %% range %(low)s to %(high)s; %(people)s") % {
        "low": words.signed(change.low, 1),
        "high": words.signed(change.high, 1),
        "people": people,
    }
