"""The tree of the code as these tests read it: which file belongs to which app and room, and what stands in it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
TESTS = ROOT / "tests"

# Lowest first: an app knows only those that stand before it.
ORDER = (
    "peerhub.lib",
    "peerhub.people",
    "peerhub.notices",
    "programmes",
    "recruitment",
    "training",
    "matching",
    "supervision",
    "evaluation",
    "peerhub.home",
)
TOP_LEVEL_APPS = ("programmes", "recruitment", "training", "matching", "supervision", "evaluation")
PURE = ("matching.pairing", "matching.taper", "evaluation.measures", "evaluation.instruments")

# Within an app, calls go down only. Rooms of one rank (views, admin, management) do not know each other.
ROOMS = {
    "urls": 7,
    "views": 6,
    "admin": 6,
    "management": 6,
    "tasks": 5,
    "forms": 4,
    "services": 3,
    "models": 2,
    "querysets": 1,
    "choices": 0,
}


@dataclass(frozen=True)
class Import:
    """One imported module, with the names taken from it, and where."""

    module: str
    names: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Source:
    """One code file of the house."""

    path: Path
    module: str

    @property
    def short(self) -> str:
        """The path as a person would say it."""
        return str(self.path.relative_to(ROOT))

    @property
    def app(self) -> str:
        """The app it belongs to, or the package for what is no app (peerhub.embedded, peerhub.settings)."""
        return app_of(self.module)

    @property
    def room(self) -> str:
        """The first word behind the app: views, services, taper."""
        return room_of(self.module)

    @property
    def tree(self) -> ast.Module:
        """What stands in it."""
        return parsed(self.path)

    @property
    def lines(self) -> int:
        """How long it is."""
        return len(self.path.read_text().splitlines())

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def imports(self) -> Iterator[Import]:
        """Everything imported when the program runs; what only the type checker reads is left out."""
        ignored = {id(inner) for node in ast.walk(self.tree) if _for_types(node) for inner in ast.walk(node)}
        for node in ast.walk(self.tree):
            if id(node) in ignored:
                continue
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield Import(alias.name, (), node.lineno)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield Import(node.module, tuple(alias.name for alias in node.names), node.lineno)


def _for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def app_of(module: str) -> str:
    """The app that a module belongs to: “matching.services.visiting” is of “matching”."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "peerhub" else parts[0]


def room_of(module: str) -> str:
    """The room of a module within its app; empty for the app itself."""
    rest = module.removeprefix(app_of(module)).strip(".")
    return rest.split(".")[0]


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file, read once."""
    return ast.parse(path.read_text(), str(path))


@cache
def sources() -> tuple[Source, ...]:
    """All our code: the apps and peerhub itself, without migrations and tests."""
    found = []
    for folder in ("peerhub", *TOP_LEVEL_APPS):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found.append(Source(path, dotted.removesuffix(".__init__")))
    return tuple(found)


def templates() -> list[Path]:
    """All our templates."""
    return sorted(path for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".txt", ".svg", ".css"})


def our_models() -> list[type[models.Model]]:
    """Every model of ours, without the tables that Django makes for many-to-many fields."""
    return [model for model in apps.get_models() if app_of(model.__module__) in ORDER]


def length(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    """Lines from “def” to the end."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def told(problems: list[str], law: str) -> None:
    """Fail with the law in one sentence and every place that breaks it, one a line."""
    assert not problems, f"{law}\n  " + "\n  ".join(problems)
