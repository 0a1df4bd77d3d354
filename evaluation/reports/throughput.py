"""Throughput: how the work was done, visit by visit."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.choices import Phase
from evaluation.frames import Frames, planned_visits, timestamp
from evaluation.measures import suppress
from evaluation.reports import words
from evaluation.reports.figures import Maker
from evaluation.reports.shape import Chapter, Figure, Period, Picture, Table
from matching.choices import NOT_HELD, Outcome
from programmes.models import Programme

MOST_SERIES = 6


def chapter(frames: Frames, programme: Programme, period: Period) -> Chapter:
    """Visits held and not held, the support of peer supporters, worries and what was done with them."""
    make = Maker(Phase.THROUGHPUT, programme.suppress_below)
    figures = (*_visits(make, frames, period), *_around(make, frames, period))
    by_code = {figure.code: figure for figure in figures}
    pictures = (_by_month(frames, programme, period), _outcomes(frames)) if len(frames.visits) else ()
    return Chapter(
        phase=Phase.THROUGHPUT,
        title=str(Phase.THROUGHPUT.label),
        sentences=words.begun(_sentences(frames, by_code, make.below)),
        figures=figures,
        pictures=pictures,
    )


def _visits(make: Maker, frames: Frames, period: Period) -> tuple[Figure, ...]:
    logged, held = len(frames.visits), int(frames.visits["held"].sum())
    planned = round(planned_visits(frames, period))
    matches = frames.matches
    running = matches[
        (matches["started_on"] <= timestamp(period.to_on)) & ~(matches["ended_on"] < timestamp(period.from_on))
    ]
    promise = ngettext("%(n)s visit by the agreed frequency", "%(n)s visits by the agreed frequency", planned)
    return (
        make.tally(
            "visits_planned",
            _("Visits by the agreed frequency"),
            _("For each match the days of the period in which visits were made, divided by the days between visits that"
              " were agreed for them, added up. Pauses are left out."),
            planned,
            unit="visits",
            n=suppress(len(running), make.below).value,
        ),
        make.tally(
            "visits_held",
            _("Visits held"),
            _("Visits that peer supporters logged as held, with a day in the period; also visits by phone or video."),
            held,
            unit="visits",
            n=held,
            standard=promise % {"n": words.number(planned)} if planned else None,
        ),
        make.logged(
            "share_held",
            _("Visits held, of all that were logged"),
            _("Visits held, divided by all visits logged in the period: held, nobody there, or called off."),
            held,
            logged,
        ),
        make.ratio(
            "visits_per_match",
            _("Visits for each match"),
            _("Visits held in the period, divided by the matches that were running at some time in it."),
            held,
            len(running),
            unit="visits",
            people=len(running),
        ),
        make.people(
            "matches_begun",
            _("Matches begun"),
            _("Matches whose first visit was held in the period."),
            int(running["started_on"].ge(timestamp(period.from_on)).sum()),
            unit="matches",
        ),
    )  # fmt: skip


def _around(make: Maker, frames: Frames, period: Period) -> tuple[Figure, ...]:
    sessions = frames.sessions["session"].nunique()
    worries = frames.visits[frames.visits["has_concern"].astype(bool)]
    taken_up = worries[worries["taken_up_on"].notna()]
    days = (taken_up["taken_up_on"] - taken_up["raised_on"]).dt.days
    return (
        make.tally(
            "reminders_sent",
            _("Reminders sent"),
            _("Reminders of a coming visit that were sent to peer supporters in the period."),
            frames.reminders,
            unit="messages",
            n=frames.reminders,
        ),
        make.tally(
            "supervision_sessions",
            _("Supervision sessions held"),
            _("Coaching, team meetings, intervision, case studies and practice groups held in the period."),
            sessions,
            unit="sessions",
            n=sessions,
        ),
        make.tally(
            "reviews_held",
            _("Reviews held"),
            _("Talks in the period about whether visits may become less frequent."),
            len(frames.reviews),
            unit="reviews",
            n=len(frames.reviews),
        ),
        make.people(
            "concerns_raised",
            _("Worries raised"),
            _("Visits in the period in which the peer supporter said that she was worried."),
            len(worries),
            unit="worries",
        ),
        make.part(
            "concerns_followed",
            _("Worries taken up"),
            _("Of the worries raised in the period, those that somebody of the team had taken up by the as-of day."),
            len(taken_up),
            len(worries),
            rest_tells=False,
        ),
        make.median(
            "concern_days",
            _("Days until a worry was taken up, middle value"),
            _("For worries that were taken up: days from the report of the visit to the day it was taken up."),
            [float(value) for value in days],
            unit="days",
        ),
    )


def _sentences(frames: Frames, figures: dict[str, Figure], below: int) -> tuple[str, ...]:
    if frames.visits.empty:
        return (_("No visits were logged in this period."),)
    held, share, worries = (figures[code] for code in ("visits_held", "share_held", "concerns_raised"))
    said = [
        ngettext("%(n)s visit was held.", "%(n)s visits were held.", int(held.value or 0)) % {"n": held.shown},
        _("That is %(share)s of the visits that were logged.") % {"share": share.shown},
    ]
    if worries.value or worries.suppressed:
        said.append(
            ngettext(
                "In %(n)s visit the peer supporter was worried.",
                "In %(n)s visits the peer supporter was worried.",
                words.plural(worries, below),
            )
            % {"n": words.amount(worries, below)}
        )
    return tuple(said)


def _by_month(frames: Frames, programme: Programme, period: Period) -> Picture:
    """Visits held, month by month, by how often visits were agreed at the time."""
    letter, buckets = words.buckets(period)
    held = frames.visits[frames.visits["held"]]
    found = sorted(int(days) for days in held["interval"].unique()) or [programme.ladder[0]]
    last = found[min(len(found), MOST_SERIES) - 1]
    column = held["interval"].clip(upper=last)
    counts = held.groupby([held["occurred_on"].dt.to_period(letter).astype(str), column]).size()
    phases = found[:MOST_SERIES]
    labels = [words.phase_of_visits(days, or_more=days == last and len(found) > MOST_SERIES) for days in phases]
    numbers = {days: tuple(int(counts.get((bucket.key, days), 0)) for bucket in buckets) for days in phases}
    totals = ", ".join(
        f"{label} {words.number(sum(numbers[days]))}" for label, days in zip(labels, phases, strict=True)
    )
    rows = [
        (bucket.full, *(words.number(numbers[days][place]) for days in phases),
         words.number(sum(numbers[days][place] for days in phases)))
        for place, bucket in enumerate(buckets)
    ]  # fmt: skip
    return Picture(
        code="visits_by_month",
        kind="columns",
        table=Table(
            code="visits_by_month",
            title=_("Visits held, by how often visits were agreed"),
            sentence=_("Visits held: %(totals)s.") % {"totals": totals},
            headers=(_("When"), *labels, _("Together")),
            rows=tuple(rows),
        ),
        categories=tuple((bucket.label, bucket.under) for bucket in buckets),
        series=tuple((label, numbers[days]) for label, days in zip(labels, phases, strict=True)),
    )


def _outcomes(frames: Frames) -> Picture:
    """What became of the visits that were logged."""
    counts = frames.visits["outcome"].value_counts()
    logged = len(frames.visits)
    found = [(_said_of(outcome), int(counts.get(outcome.value, 0))) for outcome in (Outcome.HELD, *NOT_HELD)]
    return Picture(
        code="visit_outcomes",
        kind="bars",
        table=Table(
            code="visit_outcomes",
            title=_("What became of the visits"),
            sentence=ngettext("%(n)s visit was logged.", "%(n)s visits were logged.", logged)
            % {"n": words.number(logged)},
            headers=(_("What happened"), _("Visits"), _("Share")),
            rows=tuple((label, words.number(count), words.percent(count / logged)) for label, count in found),
        ),
        categories=tuple((label, "") for label, _count in found),
        series=(("", tuple(count for _label, count in found)),),
        words=tuple(words.number(count) for _label, count in found),
    )


def _said_of(outcome: Outcome) -> str:
    """An outcome from outside; on the phone the peer supporter reads it as “I could not”."""
    return _("the peer supporter could not") if outcome == Outcome.CANCELLED_BY_SUPPORTER else str(outcome.label)
