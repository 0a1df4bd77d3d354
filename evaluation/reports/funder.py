"""The funder's report: four chapters, and a first page with what was promised and what happened."""

from __future__ import annotations

from datetime import date

from django.utils.translation import get_language

from evaluation.frames import load
from evaluation.reports import inputs, outcome, output, throughput
from evaluation.reports.shape import Gathered, Period
from programmes.models import Programme

HEADLINE = (
    "supporters_active",
    "supported",
    "visits_held",
    "share_held",
    "support_hours",
    "matches_begun",
    "running_at_6_months",
    "reached_year",
    "ladder_climbed",
    "loneliness_change",
)


def gather(programme: Programme, period: Period, *, as_of: date) -> Gathered:
    """All numbers and sentences of the report, in the language that is active now. Nothing is written anywhere."""
    frames = load(programme, period, as_of=as_of)
    return Gathered(
        programme=programme.name,
        organisation=programme.organisation.name,
        target_group=programme.target_group,
        language=get_language() or programme.language,
        from_on=period.from_on,
        to_on=period.to_on,
        as_of=as_of,
        suppress_below=programme.suppress_below,
        headline=HEADLINE,
        chapters=tuple(part.chapter(frames, programme, period) for part in (inputs, throughput, output, outcome)),
    )
