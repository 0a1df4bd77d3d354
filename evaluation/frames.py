"""Rows become frames here, and only here: the one door to pandas.

A fixed number of queries, whatever the size of the programme. No names, no addresses, no notes: keys, days, numbers and
codes. Days are the programme's own calendar days.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from django.db.models import Q
from django.db.models.functions import TruncDate

from evaluation.models import Response
from evaluation.reports.shape import Period
from matching.choices import Outcome
from matching.models import Match, Pause, Review, Segment, Visit
from peerhub.notices.choices import Kind, NoticeStatus
from peerhub.notices.models import Notice
from programmes.models import Programme
from recruitment.models import Application, Participant, PeerSupporter
from supervision.models import SupervisionSession
from training.models import Certificate

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Frames:
    """Everything that the figures of one programme and period are worked out from, one row a thing."""

    participants: pd.DataFrame
    supporters: pd.DataFrame
    certificates: pd.DataFrame
    applications: pd.DataFrame
    matches: pd.DataFrame
    visits: pd.DataFrame
    segments: pd.DataFrame
    pauses: pd.DataFrame
    sessions: pd.DataFrame
    reviews: pd.DataFrame
    responses: pd.DataFrame
    reminders: int


def load(programme: Programme, period: Period, *, as_of: date) -> Frames:
    """The frames of a programme: states of all its people, and what happened in the period.

    Answers to questionnaires are only those of people whose yes to evaluation counts on the day ``as_of``.
    """
    mine = Q(programme_id=programme.pk)
    inside = (period.from_on, period.to_on)
    matches = _matches(mine)
    segments = _frame(
        Segment.objects.filter(mine).order_by("plan_id", "starts_on"),
        {"plan__match_id": "match", "starts_on": "starts_on", "interval": "interval"},
        days=["starts_on"],
    )
    return Frames(
        participants=_frame(
            Participant.objects.filter(mine, registered_on__lte=period.to_on),
            {"pk": "pk", "registered_on": "registered_on", "closed_on": "closed_on", "person__languages": "languages"},
            days=["registered_on", "closed_on"],
        ),
        supporters=_supporters(mine),
        certificates=_frame(
            Certificate.objects.filter(mine),
            {"supporter_id": "supporter", "awarded_on": "awarded_on", "revoked_on": "revoked_on"},
            days=["awarded_on", "revoked_on"],
        ),
        applications=_frame(
            Application.objects.filter(mine, submitted_on__range=inside),
            {"pk": "pk", "submitted_on": "submitted_on"},
            days=["submitted_on"],
        ),
        matches=matches,
        visits=_visits(programme, mine, inside, segments),
        segments=segments,
        pauses=_frame(
            Pause.objects.filter(mine, starts_on__lte=period.to_on),
            {"match_id": "match", "starts_on": "starts_on", "resumed_on": "resumed_on"},
            days=["starts_on", "resumed_on"],
        ),
        sessions=_frame(
            SupervisionSession.objects.filter(mine, held_on__range=inside),
            {"pk": "session", "kind": "kind", "held_on": "held_on", "supporters__pk": "supporter"},
            days=["held_on"],
        ),
        reviews=_frame(
            Review.objects.filter(mine, held_on__range=inside),
            {"match_id": "match", "held_on": "held_on", "decision": "decision"},
            days=["held_on"],
        ),
        responses=_frame(
            Response.objects.filter(mine, answered_on__lte=period.to_on).counted(as_of).order_by("answered_on", "pk"),
            {
                "participant_id": "participant",
                "instrument": "instrument",
                "answered_on": "answered_on",
                "answers": "answers",
            },
            days=["answered_on"],
        ),
        reminders=_reminders(programme, inside),
    )


def _supporters(mine: Q) -> pd.DataFrame:
    columns = {
        "pk": "pk",
        "started_on": "started_on",
        "ended_on": "ended_on",
        "supervisor_id": "supervisor",
        "person__languages": "languages",
    }
    return _frame(PeerSupporter.objects.filter(mine), columns, days=["started_on", "ended_on"])


def _matches(mine: Q) -> pd.DataFrame:
    columns = {
        "pk": "pk",
        "participant_id": "participant",
        "supporter_id": "supporter",
        "agreed_on": "agreed_on",
        "started_on": "started_on",
        "ended_on": "ended_on",
        "end_reason": "end_reason",
        "plan__ends_on": "year_on",
    }
    return _frame(Match.objects.filter(mine), columns, days=["agreed_on", "started_on", "ended_on", "year_on"])


def _visits(programme: Programme, mine: Q, inside: tuple[date, date], segments: pd.DataFrame) -> pd.DataFrame:
    zone = ZoneInfo(programme.timezone)
    rows = (
        Visit.objects.standing()
        .filter(mine, occurred_on__range=inside)
        .annotate(
            raised_on=TruncDate("recorded_at", tzinfo=zone),
            taken_up_on=TruncDate("follow_up__taken_up_at", tzinfo=zone),
        )
    )
    columns = {
        "match_id": "match",
        "match__participant_id": "participant",
        "occurred_on": "occurred_on",
        "outcome": "outcome",
        "minutes": "minutes",
        "has_concern": "has_concern",
        "raised_on": "raised_on",
        "taken_up_on": "taken_up_on",
    }
    visits = _frame(rows, columns, days=["occurred_on", "raised_on", "taken_up_on"])
    visits["held"] = visits["outcome"] == Outcome.HELD
    return _with_interval(visits, segments, first=programme.ladder[0])


def _with_interval(visits: pd.DataFrame, segments: pd.DataFrame, *, first: int) -> pd.DataFrame:
    """Beside each visit, the days between visits that were agreed on its day; before the plan, the first step's."""
    if visits.empty or segments.empty:
        return visits.assign(interval=first)
    ordered = segments.sort_values("starts_on")
    joined = pd.merge_asof(
        visits.sort_values("occurred_on"), ordered, left_on="occurred_on", right_on="starts_on", by="match"
    )
    return joined.drop(columns="starts_on").assign(interval=joined["interval"].fillna(first).astype(int))


def _reminders(programme: Programme, inside: tuple[date, date]) -> int:
    sent = Notice.objects.filter(
        programme_id=programme.pk, kind=Kind.VISIT_REMINDER, status=NoticeStatus.SENT, sent_at__isnull=False
    ).annotate(sent_on=TruncDate("sent_at", tzinfo=ZoneInfo(programme.timezone)))
    return sent.filter(sent_on__gte=inside[0], sent_on__lte=inside[1]).count()


def _frame(rows: Any, columns: dict[str, str], *, days: Iterable[str]) -> pd.DataFrame:
    """The named columns of the rows, days as timestamps so that they can be compared and missing ones never match."""
    frame = pd.DataFrame.from_records(list(rows.values_list(*columns)), columns=list(columns.values()))
    for day in days:
        frame[day] = pd.to_datetime(frame[day])
    return frame


def timestamp(day: date) -> pd.Timestamp:
    """A calendar day, as the frames hold it."""
    return pd.Timestamp(day)


def add_months(days: pd.Series, months: int) -> pd.Series:
    """The same day so many months later; where the month is shorter, its last day."""
    return days + pd.DateOffset(months=months)


def sheets_of(frames: Frames, instrument: str) -> list[tuple[int, list[int | None]]]:
    """Participant and answers of every sheet of a questionnaire, in the order in which they were answered."""
    sheets = frames.responses[frames.responses["instrument"] == instrument]
    return list(zip(sheets["participant"].tolist(), sheets["answers"].tolist(), strict=True))


def planned_visits(frames: Frames, period: Period) -> float:
    """How many visits the agreed frequencies come to.

    For each match its days in the period, divided by the days between visits agreed for them. Days after the
    match's end or its year, and days of a pause, do not count.
    """
    if frames.segments.empty:
        return 0.0
    parts = frames.segments.merge(frames.matches[["pk", "year_on", "ended_on"]], left_on="match", right_on="pk")
    after = pd.Timestamp(period.to_on + ONE_DAY)
    following = parts.groupby("match")["starts_on"].shift(-1)
    ends = pd.concat([following, parts["year_on"], parts["ended_on"]], axis=1).min(axis=1).fillna(after)
    first = pd.Timestamp(period.from_on)
    parts["until"] = ends.where(ends < after, after)
    parts["since"] = parts["starts_on"].where(parts["starts_on"] > first, first)
    days = (parts["until"] - parts["since"]).dt.days.clip(lower=0) - _paused_days(parts, frames.pauses, after)
    return float((days.clip(lower=0) / parts["interval"]).sum())


def _paused_days(parts: pd.DataFrame, pauses: pd.DataFrame, after: pd.Timestamp) -> pd.Series:
    """For each part of a plan, the days of it that lay in a pause."""
    if pauses.empty:
        return pd.Series(0, index=parts.index)
    pairs = parts.reset_index().merge(pauses, on="match", suffixes=("", "_pause"))
    stop = pd.concat([pairs["resumed_on"].fillna(after), pairs["until"]], axis=1).min(axis=1)
    start = pd.concat([pairs["starts_on_pause"], pairs["since"]], axis=1).max(axis=1)
    overlap = (stop - start).dt.days.clip(lower=0)
    return overlap.groupby(pairs["index"]).sum().reindex(parts.index, fill_value=0)
