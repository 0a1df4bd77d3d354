"""A new key for what is sealed: made, used from then on, and every older text sealed anew, batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Value
from django.db.models.functions import StrIndex, Substr
from django.utils.translation import gettext as _

from matching.models import Visit
from peerhub.lib import keyring, walls
from peerhub.lib.errors import Refused
from peerhub.lib.sealing import Unreadable
from peerhub.people.models import SensitiveNote
from supervision.models import FollowUp

BATCH = 200


@dataclass(frozen=True)
class Sealed:
    """A column of sealed texts, and the property that says what each is sealed to."""

    model: type[models.Model]
    column: str
    place: str
    open_ones: dict[str, Any] = field(default_factory=dict)  # which of its rows an index finds at once

    @property
    def rows(self) -> models.QuerySet[models.Model]:
        """The rows that hold such a text."""
        return self.model._default_manager.filter(**{f"{self.column}__startswith": keyring.MARK})

    def newest(self, most: int) -> list[str]:
        """The newest of these texts, still sealed; of concerns those that are open."""
        return list(self.rows.filter(**self.open_ones).order_by("-pk").values_list(self.column, flat=True)[:most])

    @property
    def name(self) -> str:
        """As the table is called."""
        return self.model._meta.db_table


SEALED = (
    Sealed(SensitiveNote, "sealed", "place"),
    Sealed(Visit, "concern", "concern_place", {"has_concern": True, "concern_settled_at__isnull": True}),
    Sealed(FollowUp, "outcome", "outcome_place"),
)


@dataclass
class Turned:
    """What a rotation did."""

    key: str
    made: bool
    resealed: Counter[str] = field(default_factory=Counter)
    unreadable: Counter[str] = field(default_factory=Counter)
    forgotten: list[str] = field(default_factory=list)


def keys_in_use() -> Counter[str]:
    """How many texts lie under each key, whether it is in the ring or not."""
    found: Counter[str] = Counter()
    start = len(keyring.MARK) + 1
    for sealed in SEALED:
        rest = Substr(sealed.column, start)
        named = sealed.rows.annotate(rest=rest).annotate(name=Substr("rest", 1, StrIndex("rest", Value(":")) - 1))
        counted = named.order_by().values("name").annotate(rows=models.Count("pk"))
        found.update({row["name"]: row["rows"] for row in counted})
    return found


def rotate(*, now: datetime, forget: bool = False) -> Turned:
    """Make a new key and seal everything under it; a rotation that was cut off is finished first, without another key.

    Where the keys stand in the environment none is made: everything is sealed under the first of NOTES_KEYS. Texts that
    do not open are counted and left as they are. Raises Refused while another rotation is going on.
    """
    if settings.NOTES_KEYS:
        if forget:
            raise Refused(_("The keys stand in NOTES_KEYS: take those out there that no text needs any more."))
        return _seal_anew(Turned(keyring.ring().current.id, made=False))
    try:
        keyring.ring(make=True)
        with keyring.turning():
            return _turn(now=now, forget=forget)
    except BlockingIOError as error:
        raise Refused(_("Another rotation is going on. Wait until it is done.")) from error


def _turn(*, now: datetime, forget: bool) -> Turned:
    made = not keyring.ring().unfinished
    key = keyring.begin(now=now) if made else keyring.ring().current
    done = _seal_anew(Turned(key.id, made=made))
    keyring.finish()  # every table was walked to its end; a text that does not open holds no later rotation back
    if forget:
        with walls.everywhere(deed="rotate_keys"):
            done.forgotten = keyring.forget(set(keys_in_use()), now=now)
    return done


def _seal_anew(done: Turned) -> Turned:
    for sealed in SEALED:
        last = 0
        while True:
            with walls.everywhere(deed="rotate_keys"):
                rows = list(_left(sealed, after=last))
                for row in rows:
                    (done.resealed if _sealed_anew(sealed, row) else done.unreadable)[sealed.name] += 1
            if not rows:
                break
            last = rows[-1].pk
    return done


def _left(sealed: Sealed, *, after: int) -> Iterator[models.Model]:
    """The next few rows that lie under an older key."""
    current = keyring.sealed_with(keyring.ring().current)
    rows = sealed.rows.filter(pk__gt=after).exclude(**{f"{sealed.column}__startswith": current})
    yield from rows.order_by("pk")[:BATCH]


def _sealed_anew(sealed: Sealed, row: models.Model) -> bool:
    """Whether the text opened and lies under the newest key now; what was changed meanwhile is not overwritten."""
    was, place = getattr(row, sealed.column), getattr(row, sealed.place)
    try:
        anew = keyring.lock(keyring.unlock(was, place=place), place=place)
    except Unreadable:
        return False
    sealed.rows.filter(pk=row.pk, **{sealed.column: was}).update(**{sealed.column: anew})
    return True
