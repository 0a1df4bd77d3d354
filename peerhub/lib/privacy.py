"""Reads what models declare about their own fields in ``class Privacy``.

Each model sorts every one of its concrete fields once:

``personal``   says who somebody is or how to reach them
``sensitive``  says something about their life that could hurt when it is read by the wrong person
``plain``      says nothing about a person by itself (keys, states, dates of record, settings)

Export, erasure, evaluation frames and scrubbed dumps read this one declaration.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models

KINDS = ("personal", "sensitive", "plain")


@dataclass(frozen=True)
class Classified:
    """The fields of one model by kind, and what is wrong with the declaration (empty when it is whole)."""

    personal: frozenset[str]
    sensitive: frozenset[str]
    plain: frozenset[str]
    problems: tuple[str, ...]


def classified(model: type[models.Model]) -> Classified:
    """Sort the fields of ``model`` as it declares them; missing, doubled and unknown names are reported."""
    declared: Any = vars(model).get("Privacy") or getattr(model, "Privacy", None)
    if declared is None:
        nothing: frozenset[str] = frozenset()
        return Classified(nothing, nothing, nothing, (f"{model.__name__} has no class Privacy",))
    sets = {kind: frozenset(getattr(declared, kind, ())) for kind in KINDS}
    fields = {field.name for field in model._meta.concrete_fields}
    fields |= {field.name for field in model._meta.local_many_to_many}
    sorted_names = [name for kind in KINDS for name in getattr(declared, kind, ())]
    problems = [f"{model.__name__}.{name} is not sorted" for name in sorted(fields - set(sorted_names))]
    problems += [f"{model.__name__}.{name} is no field" for name in sorted(set(sorted_names) - fields)]
    problems += [f"{model.__name__}.{name} is sorted twice" for name in sorted(_doubles(sorted_names))]
    return Classified(sets["personal"], sets["sensitive"], sets["plain"], tuple(problems))


def _doubles(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}
