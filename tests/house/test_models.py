"""Tables: the database holds the truth, rows of a programme carry its number, and models do nothing by themselves."""

from __future__ import annotations

import ast

from django.db import models

from peerhub.lib.privacy import classified
from tests.house.tree import app_of, our_models, sources, told

# Tables with personal fields and no programme, each with the reason.
ACROSS_PROGRAMMES = {
    "people.User": "a log-in may lead to several programmes; who the person is stands in Person",
}
ACTIVE = {"save", "delete", "__init__", "__setattr__", "__new__", "full_clean", "refresh_from_db"}


def test_personal_rows_carry_their_programme() -> None:
    problems = []
    for model in our_models():
        known = classified(model)
        carries = any(field.attname == "programme_id" for field in model._meta.concrete_fields)
        if (known.personal or known.sensitive) and not carries and model._meta.label not in ACROSS_PROGRAMMES:
            problems.append(model._meta.label)
    told(
        problems, "Each row that holds personal data carries its programme, so that one predicate walls programmes off."
    )


def test_models_do_nothing_by_themselves() -> None:
    problems = []
    for source in sources():
        if source.room != "models":
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef):
                problems += [
                    f"{source.short}:{inner.lineno} {node.name}.{inner.name}" for inner in node.body
                    if isinstance(inner, ast.FunctionDef) and inner.name in ACTIVE
                ]  # fmt: skip
    told(problems, "No rule in save() and no magic on assignment: what happens is a service.")


def test_walled_querysets_have_a_visible_to() -> None:
    problems = []
    for model in our_models():
        queryset = model._default_manager.all()
        asked = any("visible_to" in vars(kind) for kind in type(queryset).__mro__)
        in_programme = any(field.attname == "programme_id" for field in model._meta.concrete_fields)
        shown = {rel.related_model for rel in model._meta.related_objects}
        if type(queryset) is not models.QuerySet and in_programme and not asked:
            problems.append(f"{model._meta.label} ({len(shown)} tables point to it)")
    told(problems, "A queryset of a programme's rows has visible_to(member): who may see which rows.")


def test_constraints_have_readable_names_and_sentences() -> None:
    problems = []
    for model in our_models():
        for one in model._meta.constraints:
            if "_" not in one.name or any(char.isdigit() for char in one.name[-6:]):
                problems.append(f"{model._meta.label}: “{one.name}” is no readable name")
            default = one.violation_error_message == one.default_violation_error_message
            told_by_django = isinstance(one, models.UniqueConstraint) and one.fields and not one.condition
            if default and not told_by_django and not one.name.endswith("_known"):
                problems.append(f"{one.name} has no violation_error_message")
    told(problems, "A constraint that a person can run into tells her so in a sentence.")


def test_a_row_does_not_vanish_with_another() -> None:
    """PROTECT, unless the row is a part of the one it points to."""
    parts = {
        "matching.Agreement.match", "matching.PersonalGoal.match",
        "matching.VisitPlan.match", "matching.Review.match", "matching.Segment.plan", "matching.Pause.match",
        "matching.Cover.match", "matching.Extension.match",
        "recruitment.SelectionMeeting.application", "notices.Notice.recipient", "programmes.Place.organisation",
        "supervision.Attendance.session", "supervision.Invited.session", "people.Draft.person",
        "notices.Reach.person", "notices.Device.person",
    }  # fmt: skip
    problems = []
    for model in our_models():
        for field in model._meta.concrete_fields:
            if field.remote_field and app_of(model.__module__) and field.remote_field.on_delete is not models.PROTECT:
                name = f"{model._meta.label}.{field.name}"
                if name not in parts:
                    problems.append(name)
    told(problems, "PROTECT unless the row is a part of the other (then it stands in the list of parts).")


def test_instants_are_aware_and_days_are_days() -> None:
    """…_at is an instant, …_on is a day: the name says which, so that nobody compares the two."""
    problems = []
    for model in our_models():
        for field in model._meta.concrete_fields:
            instant, day = isinstance(field, models.DateTimeField), type(field) is models.DateField
            known = {"at", "leased_until", "invited_until", "send_after", "last_login"}
            if instant and not (field.name.endswith("_at") or field.name in known):
                problems.append(f"{model._meta.label}.{field.name} is an instant")
            if day and not field.name.endswith("_on") and field.name != "due_before":
                problems.append(f"{model._meta.label}.{field.name} is a day")
    told(problems, "Instants are named …_at, days …_on.")
