"""Input: the people and hours that were put in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.choices import Phase
from evaluation.frames import Frames, timestamp
from evaluation.measures import is_small, suppress
from evaluation.reports import words
from evaluation.reports.figures import Maker
from evaluation.reports.shape import Chapter, Figure, Period, Table
from peerhub.people.choices import Language
from programmes.models import Programme


def chapter(frames: Frames, programme: Programme, period: Period) -> Chapter:
    """Peer supporters, applications, hours, people who asked for support and who wait for it."""
    make = Maker(Phase.INPUT, programme.suppress_below)
    figures = (*_supporters(make, frames, period), *_people(make, frames, period))
    return Chapter(
        phase=Phase.INPUT,
        title=str(Phase.INPUT.label),
        sentences=words.begun(_sentences({figure.code: figure for figure in figures}, make.below)),
        figures=figures,
        tables=_languages(frames, period, make.below),
    )


def active_supporters(frames: Frames, period: Period) -> set[int]:
    """Peer supporters who on the last day held a certificate and had not stopped."""
    last = timestamp(period.to_on)
    certificates = frames.certificates
    valid = certificates[(certificates["awarded_on"] <= last) & ~(certificates["revoked_on"] <= last)]
    stopped = frames.supporters[frames.supporters["ended_on"] <= last]
    return set(valid["supporter"]) - set(stopped["pk"])


def waiting_days(frames: Frames, period: Period) -> list[int]:
    """For each person waiting on the last day, the days since she was registered or since her last match ended."""
    last = timestamp(period.to_on)
    agreed = frames.matches[frames.matches["agreed_on"] <= last]
    running = agreed[~(agreed["ended_on"] <= last)]
    people = frames.participants[~(frames.participants["closed_on"] <= last)]
    people = people[~people["pk"].isin(running["participant"])]
    registered = people.set_index("pk")["registered_on"]
    before = agreed.groupby("participant")["ended_on"].max().reindex(registered.index)
    return [int(days) for days in (last - before.fillna(registered)).dt.days]


def _supporters(make: Maker, frames: Frames, period: Period) -> tuple[Figure, ...]:
    active = active_supporters(frames, period)
    supervised = frames.supporters[frames.supporters["pk"].isin(active) & frames.supporters["supervisor"].notna()]
    awarded = frames.certificates[
        frames.certificates["awarded_on"].between(timestamp(period.from_on), timestamp(period.to_on))
    ]
    held = frames.visits[frames.visits["held"]]
    return (
        make.people(
            "supporters_active",
            _("Peer supporters active on the last day"),
            _("People who on the last day of the period held a certificate and had not stopped, pauses included."),
            len(active),
        ),
        make.people(
            "certified",
            _("Peer supporters certified"),
            _("People who were given their certificate in the period."),
            awarded["supporter"].nunique(),
        ),
        make.ratio(
            "supporters_per_supervisor",
            _("Peer supporters for each supervisor"),
            _("Active peer supporters with a supervisor, divided by the number of those supervisors, on the last day."),
            len(supervised),
            supervised["supervisor"].nunique(),
            unit="people",
            people=len(supervised),
            missing=len(active) - len(supervised),
        ),
        make.people(
            "applications",
            _("Applications received"),
            _("People who offered to become a peer supporter in the period."),
            len(frames.applications),
        ),
        make.tally(
            "hours_given",
            _("Hours given by peer supporters"),
            _("Minutes of all visits held in the period, added up, in hours. Travel and preparation are not counted."),
            float(held["minutes"].sum()) / 60,
            unit="hours",
            n=len(held),
        ),
    )


def _people(make: Maker, frames: Frames, period: Period) -> tuple[Figure, ...]:
    new = frames.participants["registered_on"] >= timestamp(period.from_on)
    waiting = waiting_days(frames, period)
    return (
        make.people(
            "registered",
            _("People who asked for support"),
            _("Participants who were registered in the period."),
            int(new.sum()),
        ),
        make.people(
            "waiting",
            _("On the waiting list on the last day"),
            _("Participants whose trajectory was open on the last day and who had no agreed match that day."),
            len(waiting),
        ),
        make.median(
            "days_waiting",
            _("Days on the waiting list, middle value"),
            _("For those on the waiting list on the last day: days since they were registered, or since their last"
              " match ended. Half of them waited shorter, half longer."),
            waiting,
            unit="days",
        ),
    )  # fmt: skip


def _sentences(figures: dict[str, Figure], below: int) -> tuple[str, ...]:
    active, registered, waiting = (figures[code] for code in ("supporters_active", "registered", "waiting"))
    return (
        ngettext(
            "%(n)s peer supporter was active on the last day of the period.",
            "%(n)s peer supporters were active on the last day of the period.",
            words.plural(active, below),
        )
        % {"n": words.amount(active, below)}
        if active.value or active.suppressed
        else _("No peer supporter was active on the last day of the period."),
        ngettext(
            "%(n)s person asked for support in the period.",
            "%(n)s people asked for support in the period.",
            words.plural(registered, below),
        )
        % {"n": words.amount(registered, below)}
        if registered.value or registered.suppressed
        else _("Nobody was registered in this period."),
        ngettext(
            "%(n)s person was on the waiting list on the last day.",
            "%(n)s people were on the waiting list on the last day.",
            words.plural(waiting, below),
        )
        % {"n": words.amount(waiting, below)}
        if waiting.value or waiting.suppressed
        else _("Nobody was waiting on the last day."),
    )


def _languages(frames: Frames, period: Period, below: int) -> tuple[Table, ...]:
    """Languages spoken on both sides. Languages that few speak on both sides are put together in the last row."""
    open_then = frames.participants[~(frames.participants["closed_on"] < timestamp(period.from_on))]
    active = frames.supporters[frames.supporters["pk"].isin(active_supporters(frames, period))]
    asked, offered = list(open_then["languages"]), list(active["languages"])
    wanted, spoken = Counter(_each(asked)), Counter(_each(offered))
    codes = sorted(wanted | spoken, key=lambda code: (-wanted[code], -spoken[code], code))
    rare = {code for code in codes if _is_rare(wanted[code], below) and _is_rare(spoken[code], below)}
    rows = [_row(_name(code), wanted[code], spoken[code], below) for code in codes if code not in rare]
    if rare:
        rows.append(_row(_("other languages"), _speakers(asked, rare), _speakers(offered, rare), below))
    if not rows:
        return ()
    return (
        Table(
            code="languages",
            title=_("Languages of participants and of peer supporters"),
            sentence=_("A person who speaks several languages is counted in each of them."),
            headers=(_("Language"), _("Participants"), _("Active peer supporters")),
            rows=tuple(rows),
        ),
    )


def _each(people: Iterable[Sequence[str]]) -> list[str]:
    return [code for languages in people for code in set(languages)]


def _is_rare(count: int, below: int) -> bool:
    return count == 0 or is_small(count, below)


def _speakers(people: Iterable[Sequence[str]], codes: set[str]) -> int:
    return sum(1 for languages in people if codes & set(languages))


def _row(label: str, asked: int, offered: int, below: int) -> tuple[str, ...]:
    return label, words.cell(suppress(asked, below), below), words.cell(suppress(offered, below), below)


def _name(code: str) -> str:
    return str(Language(code).label) if code in Language.values else code
