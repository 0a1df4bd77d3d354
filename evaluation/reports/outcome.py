"""Outcome: what changed for people between their first and their last answers. Nothing here says why it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from evaluation import instruments
from evaluation.choices import Phase
from evaluation.frames import Frames, sheets_of
from evaluation.instruments import Instrument
from evaluation.measures import Cell, Change, is_small, paired_change, suppress_table
from evaluation.reports import words
from evaluation.reports.figures import Maker
from evaluation.reports.output import supported
from evaluation.reports.shape import Chapter, Figure, Period, Picture, Table
from programmes.models import Programme


@dataclass(frozen=True, slots=True)
class Pairs:
    """First and last score of everybody who was supported in the period and has two complete sheets."""

    first: tuple[float, ...]
    last: tuple[float, ...]
    eligible: int

    @property
    def change(self) -> Change:
        """The change of these pairs."""
        return paired_change(self.first, self.last)


def pairs_of(frames: Frames, instrument: Instrument) -> Pairs:
    """Who can be compared: sheets up to the period's last day, the earliest and the latest complete one of a person."""
    eligible = supported(frames)
    scores: dict[int, list[float]] = {}
    for participant, answers in sheets_of(frames, instrument.code):
        score = instruments.score(instrument, answers).score
        if participant in eligible and score is not None:
            scores.setdefault(participant, []).append(score)
    twice = [found for _participant, found in sorted(scores.items()) if len(found) > 1]
    return Pairs(tuple(found[0] for found in twice), tuple(found[-1] for found in twice), len(eligible))


def chapter(frames: Frames, programme: Programme, period: Period) -> Chapter:  # all chapters take the same
    """The participation ladder and loneliness, from each person's first to her last answers."""
    make = Maker(Phase.OUTCOME, programme.suppress_below)
    ladder = pairs_of(frames, instruments.LADDER)
    loneliness = pairs_of(frames, instruments.LONELINESS)
    figures = (*_ladder(make, ladder), *_loneliness(make, loneliness))
    return Chapter(
        phase=Phase.OUTCOME,
        title=str(Phase.OUTCOME.label),
        sentences=words.begun(_sentences({figure.code: figure for figure in figures}, make.below)),
        figures=figures,
        pictures=_rungs(ladder, make.below),
    )


def _response(make: Maker, code: str, name: str, pairs: Pairs) -> Figure:
    return make.part(
        code,
        _("%(instrument)s: answered twice") % {"instrument": name},
        _("Of the people supported in the period, those for whom the questionnaire was answered completely at least"
          " twice by the last day."),
        len(pairs.first),
        pairs.eligible,
        missing=pairs.eligible - len(pairs.first),
        rest_tells=False,
    )  # fmt: skip


def _ladder(make: Maker, pairs: Pairs) -> tuple[Figure, ...]:
    climbed = sum(1 for first, last in zip(pairs.first, pairs.last, strict=True) if last > first)
    return (
        _response(make, "ladder_response", _("Participation ladder"), pairs),
        make.change(
            "ladder_change",
            _("Participation ladder: mean change in steps"),
            _("For people rated twice: last rating minus first rating, on average, on a ladder of six steps. More is"
              " better."),
            pairs.change,
            eligible=pairs.eligible,
            unit="steps",
        ),
        make.part(
            "ladder_climbed",
            _("People who climbed at least one step"),
            _("Of the people rated twice, those whose last rating is at least one step above the first."),
            climbed,
            len(pairs.first),
        ),
    )  # fmt: skip


def _loneliness(make: Maker, pairs: Pairs) -> tuple[Figure, ...]:
    return (
        _response(make, "loneliness_response", _("Loneliness"), pairs),
        make.change(
            "loneliness_change",
            _("Loneliness: mean change in points"),
            _("Three questions (UCLA-3), a score from 3 to 9; less is better. For people with two complete answers:"
              " last score minus first score, on average. With one of the three unanswered there is no score."),
            pairs.change,
            eligible=pairs.eligible,
            unit="points",
        ),
    )  # fmt: skip


def _sentences(figures: dict[str, Figure], below: int) -> tuple[str, ...]:
    climbed, ladder, lonely = (figures[code] for code in ("ladder_climbed", "ladder_change", "loneliness_change"))
    return (
        _climbed(climbed, ladder, below),
        _lonely(lonely, below),
        _("There was no comparison group, so part of the change may have happened anyway."),
    )


def _climbed(climbed: Figure, ladder: Figure, below: int) -> str:
    if ladder.suppressed:
        return _("Fewer than %(n)s people were rated twice on the participation ladder; no result is shown.") % {
            "n": below
        }
    if not ladder.n:
        return _("Nobody was rated twice on the participation ladder.")
    if climbed.suppressed:
        return _("%(n)s people were rated twice on the participation ladder.") % {"n": words.number(ladder.n)}
    return _("Of %(n)s people rated twice, %(share)s stand at least one step higher on the participation ladder.") % {
        "n": words.number(ladder.n),
        "share": climbed.shown,
    }


def _lonely(lonely: Figure, below: int) -> str:
    if lonely.suppressed:
        return _("Fewer than %(n)s people answered about loneliness twice; no result is shown.") % {"n": below}
    if lonely.value is None or lonely.low is None or lonely.high is None:
        return _("Nobody can be compared on loneliness yet.")
    numbers = {
        "change": words.number(abs(lonely.value), 1),
        "low": words.signed(lonely.low, 1),
        "high": words.signed(lonely.high, 1),
    }
    if lonely.low <= 0 <= lonely.high:
        return _(
            "We cannot say whether loneliness changed: it could be anything from %(low)s to %(high)s points."
        ) % numbers  # fmt: skip
    if lonely.value < 0:
        return _(
            "On average, loneliness went down by %(change)s points on a scale from 3 to 9"
            " (95 %% range %(low)s to %(high)s)."
        ) % numbers  # fmt: skip
    return _(
        "On average, loneliness went up by %(change)s points on a scale from 3 to 9"
            " (95 %% range %(low)s to %(high)s)."
    ) % numbers  # fmt: skip


def _rungs(pairs: Pairs, below: int) -> tuple[Picture, ...]:
    """How many people stood on each step, first and last; steps with few people are hidden in both."""
    if not pairs.first or is_small(len(pairs.first), below):
        return ()
    steps = [step for step, _words in instruments.RUNGS]
    first, last = (_hidden_where_few(scores, steps, below) for scores in (pairs.first, pairs.last))
    rows = [
        (f"{step}. {_(text)}", words.cell(first[place], below), words.cell(last[place], below))
        for place, (step, text) in enumerate(instruments.RUNGS)
    ]
    return (
        Picture(
            code="ladder_steps",
            kind="grouped",
            table=Table(
                code="ladder_steps",
                title=_("The participation ladder, first and last rating"),
                sentence=_("Where the same people stood at first and where they stood last. A star stands for a number"
                           " that would give a small one away."),
                headers=(_("Step"), _("At first"), _("Last")),
                rows=tuple(rows),
            ),
            categories=tuple((str(step), "") for step in steps),
            series=(
                (_("At first"), tuple(cell.value for cell in first)),
                (_("Last"), tuple(cell.value for cell in last)),
            ),
        ),
    )  # fmt: skip


def _hidden_where_few(scores: Sequence[float], steps: Sequence[int], below: int) -> list[Cell]:
    cells, _total = suppress_table([sum(1 for score in scores if score == step) for step in steps], below)
    return cells
