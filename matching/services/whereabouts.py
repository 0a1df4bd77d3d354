"""Where people live, as postcode areas with coordinates, and how long it takes from one to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from django.utils.module_loading import import_string

from matching.pairing.travel import CAR, FASTEST_KM_PER_MINUTE, MODES, UNKNOWN, Routes, TravelService
from programmes.models import Place, Programme

_SHORTEST_POSTCODE = 2
FARTHEST_MINUTES = 240.0  # the longest way that may be written down
KM_PER_DEGREE = 111.2

Point = tuple[float, float]


@dataclass(frozen=True)
class Places:
    """The postcode areas of a programme's organisation: a name and coordinates for the start of a postcode."""

    areas: dict[str, tuple[str, float, float]]

    def at(self, postcode: str) -> tuple[str, float, float] | None:
        """The area with the longest beginning in common with this postcode; None when there is none."""
        wanted = tidy(postcode)
        for length in range(len(wanted), _SHORTEST_POSTCODE - 1, -1):
            if wanted[:length] in self.areas:
                return self.areas[wanted[:length]]
        return None

    def name(self, postcode: str) -> str:
        """The area's name, or the postcode itself."""
        area = self.at(postcode)
        return area[0] if area else postcode

    def nearest(self, latitude: float, longitude: float) -> tuple[str, str]:
        """Postcode and name of the area at, or nearest to, a point; empty where no area is known."""
        if not self.areas:
            return "", ""
        east = float(np.cos(np.radians(latitude)))
        code = min(
            self.areas,
            key=lambda one: (
                (self.areas[one][1] - latitude) ** 2 + ((self.areas[one][2] - longitude) * east) ** 2,
                one,
            ),
        )
        return code, self.areas[code][0]


def load_places(programme: Programme) -> Places:
    """The areas that the programme's organisation knows: one query."""
    rows = Place.objects.of_programme(programme).values_list("postcode", "name", "latitude", "longitude")
    return Places({tidy(postcode): (name, north, east) for postcode, name, north, east in rows})


def coordinates(places: Places, postcodes: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Latitudes and longitudes; NaN where an area is not known."""
    known: dict[str, Point] = {}
    for postcode in set(postcodes):
        area = places.at(postcode)
        known[postcode] = area[1:] if area else (np.nan, np.nan)
    found = np.array([known[postcode] for postcode in postcodes], dtype=np.float64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def ask_routes(ours: tuple[np.ndarray, np.ndarray], theirs: tuple[np.ndarray, np.ndarray]) -> Routes | None:
    """Minutes from a route service of one's own (settings.TRAVEL_SERVICE); None where there is none: then our estimate.

    Each pair of areas that is near enough is asked for once, for each way of travelling. No person, no address.
    """
    if not settings.TRAVEL_SERVICE:
        return None
    service: TravelService = import_string(settings.TRAVEL_SERVICE)()
    starts, origin = _areas(*ours)
    ends, target = _areas(*theirs)
    near = [
        (a, b)
        for a, start in enumerate(starts)
        for b, end in enumerate(ends)
        if _km(start, end) <= FARTHEST_MINUTES * FASTEST_KM_PER_MINUTE
    ]
    minutes = np.full((len(MODES), max(len(starts), 1), max(len(ends), 1)), np.nan, dtype=np.float32)
    for mode in range(1, len(MODES)):
        answers = service.minutes([(starts[a], ends[b], MODES[mode]) for a, b in near])
        for (a, b), answer in zip(near, answers, strict=True):
            minutes[mode, a, b] = np.nan if answer is None else answer
    with np.errstate(all="ignore"):
        known = np.where(np.isnan(minutes[1 : CAR + 1]), np.inf, minutes[1 : CAR + 1]).min(axis=0)
    minutes[UNKNOWN] = np.where(np.isinf(known), np.nan, known)  # not to know how somebody goes rules no way out
    return Routes(origin, target, minutes)


def _areas(latitude: np.ndarray, longitude: np.ndarray) -> tuple[list[Point], np.ndarray]:
    """The distinct points, and for each person the number of hers; −1 where it is not known."""
    known = ~np.isnan(latitude + longitude)
    number = np.full(len(latitude), -1, dtype=np.int64)
    distinct, inverse = np.unique(np.stack([latitude[known], longitude[known]], axis=1), axis=0, return_inverse=True)
    number[known] = inverse.reshape(-1)
    return [(float(north), float(east)) for north, east in distinct], number


def _km(start: Point, end: Point) -> float:
    east = np.cos(np.radians(max(abs(start[0]), abs(end[0]))))
    return float(np.hypot(start[0] - end[0], (start[1] - end[1]) * east) * KM_PER_DEGREE)


def tidy(postcode: str) -> str:
    """A postcode without spaces, in capitals."""
    return "".join(postcode.upper().split())
