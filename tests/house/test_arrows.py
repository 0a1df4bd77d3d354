"""Arrows go one way: a later stage knows the earlier ones, through their public doors, never the reverse."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.house.tree import (
    ORDER,
    PURE,
    ROOMS,
    ROOT,
    TOP_LEVEL_APPS,
    Import,
    Source,
    app_of,
    our_models,
    room_of,
    sources,
    told,
)

DOORS = ("models", "choices", "querysets", "services")
NAMED_DOORS = ("programmes.permissions", "programmes.access", "peerhub.people.consent", "peerhub.people.erasure")
# Fictitious years are made with the real calculation, which is pure; nobody else looks into another app's rooms.
PURE_DOORS = {"peerhub.home.generating": PURE}
# What binds the house together may open every door: addresses, settings, the worker's engine.
BINDING = ("peerhub.urls", "peerhub.settings", "peerhub.celery", "peerhub.wsgi")
# The embedded servers know no app; only these may know them.
KNOW_EMBEDDED = ("peerhub.settings", "peerhub.embedded", "peerhub.home")


def doors_used(source: Source) -> list[tuple[Import, str]]:
    """Every module of another app of ours that this file imports, one entry a module."""
    asked = [(one, module) for one in source.imports() for module in _modules(one)]
    return [(one, module) for one, module in asked if app_of(module) in ORDER and app_of(module) != source.app]


def _modules(one: Import) -> list[str]:
    """The modules meant: “from supervision import services” means supervision.services."""
    bare = one.module == app_of(one.module) or one.module == "peerhub"
    return [f"{one.module}.{name}" for name in one.names] if bare and one.names else [one.module]


def test_import_linter_keeps_its_contracts() -> None:
    program = shutil.which("lint-imports") or shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert program, "import-linter is not installed; requirements-dev.txt names it."
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_imports_go_down_only() -> None:
    problems = []
    for source in sources():
        if source.app not in ORDER or source.module in BINDING:
            continue
        rank = ORDER.index(source.app)
        problems += [
            f"{source.short}:{one.line} imports {module}, which stands above it"
            for one, module in doors_used(source)
            if ORDER.index(app_of(module)) > rank
        ]
    told(problems, "An app knows only the apps that stand before it; let the upper app ask the lower one for facts.")


def test_other_apps_are_entered_by_their_public_doors() -> None:
    problems = []
    for source in sources():
        if source.module in BINDING or source.app not in ORDER:
            continue
        for one, module in doors_used(source):
            app, room = app_of(module), module.removeprefix(app_of(module)).strip(".")
            pure = any(source.module.startswith(who) and module in what for who, what in PURE_DOORS.items())
            open_door = app == "peerhub.lib" or room in DOORS or module in NAMED_DOORS or pure
            if not open_door:
                problems.append(f"{source.short}:{one.line} imports {module}")
    told(
        problems,
        "From another app one imports models, choices, querysets or services (the package, not a file in it), "
        "programmes.permissions, programmes.access, peerhub.people.consent, peerhub.people.erasure.",
    )


def test_the_embedded_servers_stand_apart() -> None:
    problems = []
    for source in sources():
        for one in source.imports():
            if app_of(one.module) == "peerhub.embedded" and not source.module.startswith(KNOW_EMBEDDED):
                problems.append(f"{source.short}:{one.line} imports {one.module}")
            if source.app == "peerhub.embedded" and app_of(one.module) in ORDER[1:]:
                problems.append(f"{source.short}:{one.line} imports {one.module}")
    told(problems, "peerhub.embedded starts servers and knows no app; apps do not know it.")


def test_within_an_app_calls_go_down() -> None:
    problems = []
    for source in sources():
        rank = ROOMS.get(source.room)
        if source.app not in ORDER or rank is None:
            continue
        for one in source.imports():
            for module in _modules(one):
                room = room_of(module)
                if app_of(module) != source.app or room == source.room or room not in ROOMS:
                    continue
                if ROOMS[room] > rank or (ROOMS[room] == rank):
                    problems.append(f"{source.short}:{one.line}: {source.room} imports {module}")
                if source.room == "forms" and room == "services":
                    problems.append(f"{source.short}:{one.line}: a form knows no deed; the view brings them together")
    told(problems, "Inside an app: urls > views | admin > tasks > forms | services > models > querysets > choices.")


def test_rooms_without_a_rank_know_no_pages() -> None:
    """A room of its own name (page.py, cards.py, frames.py) serves the pages and does not know them."""
    problems = []
    for source in sources():
        if source.app not in ORDER or source.room in ROOMS or source.app == "peerhub.home":
            continue
        problems += [
            f"{source.short}:{one.line} imports {one.module}"
            for one in source.imports()
            if app_of(one.module) == source.app and room_of(one.module) in ("urls", "views", "admin", "management")
        ]
    told(problems, "Helpers of an app are used by its pages and do not know them.")


def test_pure_modules_import_no_django() -> None:
    pure = [source for source in sources() if source.module.startswith(PURE)]
    assert {name for name in PURE if any(source.module.startswith(name) for source in pure)} == set(PURE)
    problems = []
    for source in pure:
        for one in source.imports():
            ours = app_of(one.module) in ORDER
            if one.module.split(".")[0] == "django" or (
                ours and not one.module.startswith((*PURE, "peerhub.lib.dates"))
            ):
                problems.append(f"{source.short}:{one.line} imports {one.module}")
    told(problems, "A pure module calculates and knows no Django and no table.")


def test_heavy_libraries_have_one_door() -> None:
    problems = []
    for source in sources():
        for one in source.imports():
            library = one.module.split(".")[0]
            if library == "pandas" and source.app != "evaluation":
                problems.append(f"{source.short}:{one.line} imports pandas; only evaluation does")
            if library == "weasyprint" and source.module != "peerhub.lib.pdf":
                problems.append(f"{source.short}:{one.line} imports weasyprint; only peerhub.lib.pdf does")
    told(problems, "pandas lives in evaluation, weasyprint in peerhub/lib/pdf.py.")


def test_foreign_keys_point_to_the_same_or_a_lower_app() -> None:
    problems = []
    for model in our_models():
        rank = ORDER.index(app_of(model.__module__))
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
            target = field.related_model
            if not isinstance(target, type) or app_of(target.__module__) not in ORDER:
                continue
            if ORDER.index(app_of(target.__module__)) > rank:
                problems.append(f"{model._meta.label}.{field.name} points up to {target._meta.label}")
    told(problems, "A foreign key points to the same or a lower app.")


def test_no_further_app_at_the_top() -> None:
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert apps == set(TOP_LEVEL_APPS), "The top level of the tree is fixed; what an app needs goes inside it."


def test_there_are_no_signals() -> None:
    problems = []
    for source in sources():
        if source.path.name in {"receivers.py", "signals.py"}:
            problems.append(f"{source.short}: this file does not exist here")
        problems += [
            f"{source.short}:{one.line} imports {one.module}"
            for one in source.imports()
            if "signals" in one.module.split(".") or one.module == "django.dispatch" or "receiver" in one.names
        ]
    told(problems, "No signals as control flow: the lower app records a fact, the upper app asks for it.")
