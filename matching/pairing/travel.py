"""Minutes of travel between two places, without asking anybody outside: a straight line, made longer, at a speed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

EARTH_KM = 6371.0088
UNKNOWN, WALK, BICYCLE, PUBLIC, CAR = range(5)
MODES = ("", "walk", "bicycle", "public", "car")  # as recruitment.choices.TravelMode spells them

# Door to door in a town: how much longer the way is than a straight line, km an hour, and minutes that any way takes
# (waiting at the stop, looking for a place to park). Unknown counts as a bicycle in what is shown.
DETOUR = np.array([1.3, 1.2, 1.3, 1.4, 1.4])
SPEED = np.array([15.0, 4.8, 15.0, 20.0, 30.0])
START = np.array([0.0, 0.0, 0.0, 8.0, 5.0])
MINUTES_PER_KM = DETOUR * 60 / SPEED
GRACE_KM = 0.001  # a metre, for rounding
FASTEST_KM_PER_MINUTE = 2.0  # nobody who asks a route service is faster than 120 km an hour as the crow flies


class TravelService(Protocol):
    """Real routes, for those who run a service of their own: settings.TRAVEL_SERVICE names a class with this method.

    It is asked once for each pair of postcode areas and way of travelling; it never sees a person or an address.
    """

    def minutes(self, ways: Sequence[tuple[tuple[float, float], tuple[float, float], str]]) -> Sequence[float | None]:
        """Minutes for each (from, to, mode); a place is (latitude, longitude). None where it does not know."""


@dataclass(frozen=True, slots=True)
class Routes:
    """What a route service answered: minutes by mode, from and to place; NaN where it did not know."""

    origin: Ints  # place of each peer supporter; −1 when not known
    target: Ints  # place of each participant
    minutes: npt.NDArray[np.float32]  # mode × origin × target


def reach_km(minutes: Floats, mode: Ints) -> Floats:
    """How far, in a straight line, so many minutes lead. Not to know how somebody goes rules no way out."""
    by_mode = np.maximum(minutes - START[mode], 0) / MINUTES_PER_KM[mode]
    farthest = np.max([np.maximum(minutes - START[one], 0) / MINUTES_PER_KM[one] for one in range(1, 5)], axis=0)
    reach: Floats = np.where(mode == UNKNOWN, farthest, by_mode)
    return reach


def minutes_for(km: Floats, mode: Ints) -> Floats:
    """Minutes for so many km in a straight line."""
    minutes: Floats = START[mode] + km * MINUTES_PER_KM[mode]
    return minutes


def points(latitude: Floats, longitude: Floats) -> Floats:
    """Places on a globe of radius one: distances then need no trigonometry per pair."""
    north, east = np.radians(latitude), np.radians(longitude)
    return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def squared_chord(starts: Floats, ends: Floats) -> Floats:
    """The squared distance through the globe: enough to compare with a limit."""
    difference = starts - ends
    squared: Floats = np.einsum("ij,ij->j", difference, difference)
    return squared


def km_of(squared: Floats) -> Floats:
    """Km over the ground for a squared chord."""
    km: Floats = 2 * EARTH_KM * np.arcsin(np.minimum(np.sqrt(squared) / 2, 1.0))
    return km


def squared_limit(km: Floats) -> Floats:
    """The squared chord of so many km, with a metre of grace."""
    angle = (km + GRACE_KM) / EARTH_KM
    limit: Floats = (2 * np.sin(np.minimum(angle, np.pi) / 2)) ** 2
    return limit
