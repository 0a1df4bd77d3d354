"""A pool as bytes and back, so that a search can be kept and repeated; and what code it was made with."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict, fields
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from matching.pairing.columns import Participants, Pool, Rules, Supporters
from matching.pairing.travel import Routes

QUICK = 1  # of zlib: half the size for a tenth of the time
SIDES = {"supporters": Supporters, "participants": Participants, "routes": Routes}
PAIRS = ("barred", "conflicts", "forbidden", "locked")
CODES = ("language_codes", "topic_codes", "interest_codes")


@lru_cache(maxsize=1)
def code_version() -> str:
    """A short name for the code that searches and for the libraries it counts with."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return f"{digest.hexdigest()[:12]} ortools {version('ortools')} numpy {version('numpy')}"


def _arrays(pool: Pool) -> Iterator[tuple[str, np.ndarray]]:
    for side, kind in SIDES.items():
        if getattr(pool, side) is not None:
            yield from ((f"{side}.{one.name}", getattr(getattr(pool, side), one.name)) for one in fields(kind))
    yield from ((name, getattr(pool, name)) for name in PAIRS)


def _head(pool: Pool) -> dict[str, Any]:
    return {"rules": asdict(pool.rules), **{name: list(getattr(pool, name)) for name in CODES}}


def pack(pool: Pool) -> bytes:
    """Everything that goes into a search, as bytes."""
    arrays = [(name, np.ascontiguousarray(one)) for name, one in _arrays(pool)]
    shapes = [(name, one.dtype.str, one.shape) for name, one in arrays]
    head = json.dumps({**_head(pool), "arrays": shapes}, sort_keys=True).encode()
    body = b"".join([len(head).to_bytes(8, "big"), head, *(one.tobytes() for _name, one in arrays)])
    return zlib.compress(body, QUICK)


def unpack(packed: bytes) -> Pool:
    """The same pool again."""
    body = zlib.decompress(packed)
    start = 8 + int.from_bytes(body[:8], "big")
    head = json.loads(body[8:start])
    sides: dict[str, dict[str, np.ndarray]] = {name: {} for name in SIDES}
    whole: dict[str, Any] = {name: tuple(head[name]) for name in CODES}
    for name, kind, shape in head["arrays"]:
        array = np.frombuffer(body, dtype=kind, count=int(np.prod(shape)), offset=start).reshape(shape)
        start += array.nbytes
        side, _dot, column = name.partition(".")
        (sides[side] if column else whole)[column or name] = array
    return Pool(
        Supporters(**sides["supporters"]),
        Participants(**sides["participants"]),
        rules=Rules(**head["rules"]),
        routes=Routes(**sides["routes"]) if sides["routes"] else None,
        **whole,
    )


def digest_of(pool: Pool, *, but: tuple[str, ...] = ()) -> str:
    """One short text for everything that went in; ``but`` leaves columns out, as “participants.waiting”."""
    digest = hashlib.sha256(json.dumps(_head(pool), sort_keys=True).encode())
    for name, array in _arrays(pool):
        if name not in but:
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
