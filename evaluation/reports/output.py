"""Output: what was delivered to people."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.choices import Phase
from evaluation.frames import Frames, add_months, timestamp
from evaluation.measures import is_small, suppress_table
from evaluation.reports import words
from evaluation.reports.figures import Maker
from evaluation.reports.shape import Chapter, Figure, Period, Picture, Table
from matching.choices import EndReason
from programmes.models import Programme

HALF_A_YEAR = 6


def chapter(frames: Frames, programme: Programme, period: Period) -> Chapter:
    """People supported, hours with them, how long matches lasted and why they ended."""
    make = Maker(Phase.OUTPUT, programme.suppress_below)
    figures = (*_support(make, frames), *_lasting(make, frames, programme, period))
    by_code = {figure.code: figure for figure in figures}
    return Chapter(
        phase=Phase.OUTPUT,
        title=str(Phase.OUTPUT.label),
        sentences=words.begun(_sentences(by_code, make.below)),
        figures=figures,
        pictures=(_hours_by_month(frames, period),) if frames.visits["held"].any() else (),
        tables=_reasons(frames, period, make.below),
    )


def supported(frames: Frames) -> set[int]:
    """Participants with whom at least one visit was held in the period."""
    return set(frames.visits.loc[frames.visits["held"], "participant"])


def _support(make: Maker, frames: Frames) -> tuple[Figure, ...]:
    held = frames.visits[frames.visits["held"]]
    people, hours = len(supported(frames)), float(held["minutes"].sum()) / 60
    return (
        make.people(
            "supported",
            _("People supported"),
            _("Different participants with whom at least one visit was held in the period."),
            people,
        ),
        make.tally(
            "support_hours",
            _("Hours of support"),
            _("Minutes of all visits held in the period, added up, in hours."),
            hours,
            unit="hours",
            n=len(held),
        ),
        make.ratio(
            "hours_per_person",
            _("Hours of support for each person"),
            _("Hours of support, divided by the people supported."),
            hours,
            people,
            unit="hours",
            people=people,
        ),
    )


def _lasting(make: Maker, frames: Frames, programme: Programme, period: Period) -> tuple[Figure, ...]:
    matches = frames.matches
    first, last = timestamp(period.from_on), timestamp(period.to_on)
    closed = matches[matches["ended_on"].between(first, last)]
    due = matches[matches["started_on"].notna() & matches["year_on"].between(first, last)]
    complete = due["ended_on"].isna() | (due["ended_on"] >= due["year_on"])
    complete |= due["end_reason"] == EndReason.YEAR_COMPLETED
    half = add_months(matches["started_on"], HALF_A_YEAR)
    begun = matches[half.between(first, last)]
    going_on = begun["ended_on"].isna() | (begun["ended_on"] > half[begun.index])
    months = programme.total_months
    return (
        make.people(
            "matches_closed", _("Matches closed"), _("Matches that ended in the period."), len(closed), unit="matches"
        ),
        make.part(
            "reached_year",
            _("Matches that reached the end of their plan"),
            _("Of the matches whose plan ended in the period (moved by pauses), those that were still running on that"
              " day or were closed because the plan was complete."),
            int(complete.sum()),
            len(due),
            standard=ngettext("%(n)s month of visits", "%(n)s months of visits", months) % {"n": months},
        ),
        make.part(
            "running_at_6_months",
            _("Matches still running after six months"),
            _("Of the matches whose first visit was six months ago on a day in the period, those that had not ended by"
              " that day."),
            int(going_on.sum()),
            len(begun),
        ),
    )  # fmt: skip


def _sentences(figures: dict[str, Figure], below: int) -> tuple[str, ...]:
    people, hours, half = (figures[code] for code in ("supported", "support_hours", "running_at_6_months"))
    if not people.value and not people.suppressed:
        return (_("Nobody was visited in this period."),)
    said = [
        ngettext(
            "%(n)s person was supported.",
            "%(n)s people were supported.",
            words.plural(people, below),
        )
        % {"n": words.amount(people, below)},
        _("Hours of visits together: %(hours)s.") % {"hours": hours.shown},
    ]
    if half.value is not None:
        said.append(
            _("Six months after the first visit, %(share)s of the matches were still running.") % {"share": half.shown}
        )
    return tuple(said)


def _hours_by_month(frames: Frames, period: Period) -> Picture:
    letter, buckets = words.buckets(period)
    held = frames.visits[frames.visits["held"]]
    minutes = held.groupby(held["occurred_on"].dt.to_period(letter).astype(str))["minutes"].sum()
    hours = tuple(round(float(minutes.get(bucket.key, 0)) / 60, 1) for bucket in buckets)
    most = buckets[hours.index(max(hours))]
    return Picture(
        code="hours_by_month",
        kind="line",
        table=Table(
            code="hours_by_month",
            title=_("Hours of support"),
            sentence=_("Most hours were given in %(when)s: %(hours)s.")
            % {"when": most.full, "hours": words.number(max(hours))},
            headers=(_("When"), _("Hours")),
            rows=tuple((bucket.full, words.number(value)) for bucket, value in zip(buckets, hours, strict=True)),
        ),
        categories=tuple((bucket.label, bucket.under) for bucket in buckets),
        series=((_("Hours"), hours),),
    )


def _reasons(frames: Frames, period: Period, below: int) -> tuple[Table, ...]:
    """Why matches ended, so hidden that a small number cannot be worked out from the others and the total."""
    ended = frames.matches["ended_on"].between(timestamp(period.from_on), timestamp(period.to_on))
    counts = frames.matches.loc[ended, "end_reason"].value_counts()
    if counts.empty or is_small(int(counts.sum()), below):
        return ()
    reasons = [reason for reason in EndReason if counts.get(reason.value, 0)]
    cells, total = suppress_table([int(counts[reason.value]) for reason in reasons], below)
    rows = [(str(reason.label), words.cell(cell, below)) for reason, cell in zip(reasons, cells, strict=True)]
    return (
        Table(
            code="end_reasons",
            title=_("Why matches ended"),
            sentence=_("None of these reasons blames anybody. A star stands for a number that would give a small one"
                       " away."),
            headers=(_("Reason"), _("Matches")),
            rows=(*rows, (_("Together"), words.cell(total, below))),
        ),
    )  # fmt: skip
