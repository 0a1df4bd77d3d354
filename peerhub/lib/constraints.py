"""Short spellings for the constraints that many tables share."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.migrations.operations.base import Operation
from django.db.models import F, Q


def one_of(field: str, choices: type[models.TextChoices], name: str, *, blank: bool = False) -> models.CheckConstraint:
    """The column holds one of the listed codes and nothing else (or, when ``blank``, nothing)."""
    codes = [*choices.values, ""] if blank else list(choices.values)
    return models.CheckConstraint(condition=Q(**{f"{field}__in": codes}), name=name)


def in_order(earlier: str, later: str, name: str, message: Any) -> models.CheckConstraint:
    """The later date is not before the earlier one (either may be unknown)."""
    condition = Q(**{f"{earlier}__isnull": True}) | Q(**{f"{later}__isnull": True}) | Q(**{f"{later}__gte": F(earlier)})
    return models.CheckConstraint(condition=condition, name=name, violation_error_message=message)


def between(field: str, low: int, high: int, name: str, message: Any) -> models.CheckConstraint:
    """The number lies from ``low`` to ``high``, both included (or is unknown)."""
    condition = Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": low, f"{field}__lte": high})
    return models.CheckConstraint(condition=condition, name=name, violation_error_message=message)


def exactly_when(condition: Q, present: Sequence[str], name: str, message: Any) -> models.CheckConstraint:
    """The named columns are filled exactly in the rows that meet the condition."""
    filled = Q()
    empty = Q()
    for field in present:
        filled &= Q(**{f"{field}__isnull": False})
        empty &= Q(**{f"{field}__isnull": True})
    return models.CheckConstraint(
        condition=(condition & filled) | (~condition & empty), name=name, violation_error_message=message
    )


class SameProgramme(Operation):
    """A foreign key that also compares programmes: a row can only point to a row of its own programme.

    Django's own foreign key stays; this adds a second one over (key, programme) to the table pointed at.
    """

    reversible = True

    def __init__(self, child: str, column: str, parent: str) -> None:
        self.child, self.column, self.parent = child, column, parent
        self.name = f"{child}_{column}_same_programme"[:63]
        self.key = f"{parent}_id_programme"[:63]

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models do not change: this wall stands in the database alone."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Give the parent a key over (id, programme) and point the child's pair at it."""
        schema_editor.execute(f'CREATE UNIQUE INDEX IF NOT EXISTS "{self.key}" ON "{self.parent}" (id, programme_id)')
        schema_editor.execute(
            f'ALTER TABLE "{self.child}" ADD CONSTRAINT "{self.name}" FOREIGN KEY ("{self.column}", programme_id) '
            f'REFERENCES "{self.parent}" (id, programme_id) DEFERRABLE INITIALLY DEFERRED'
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Take the pair's foreign key away; the parent's key may serve others and stays."""
        schema_editor.execute(f'ALTER TABLE "{self.child}" DROP CONSTRAINT "{self.name}"')

    def describe(self) -> str:
        """One line for the migration's output."""
        return f"{self.child}.{self.column} points within its own programme"
