"""The sheet of icons is loaded by every phone: it holds what is used, and little else."""

from __future__ import annotations

import re

from tests.house.tree import ROOT, told

SYMBOL = re.compile(r'<symbol id="([a-z0-9-]+)"')
INCLUDED = re.compile(r'components/icon\.html" with name="([a-z0-9-]+)"')
FOLDERS = ("templates", "static/js", "static/css", "peerhub", "programmes", "recruitment", "training", "matching")
SPARE = 10  # so many may lie ready
MORE = ("supervision", "evaluation")


def sources() -> str:
    """Everything that can name an icon."""
    paths = [path for folder in (*FOLDERS, *MORE) for path in sorted((ROOT / folder).rglob("*"))]
    kept = [one for one in paths if one.suffix in {".html", ".py", ".js", ".css"} and "migrations" not in one.parts]
    return "\n".join(path.read_text() for path in kept)


def test_the_sheet_holds_what_is_used_and_little_else() -> None:
    sheet, text = SYMBOL.findall((ROOT / "static/icons.svg").read_text()), sources()
    named = set(re.findall(r"""["'#=]([a-z0-9-]+)["' ]""", text))
    unused = [name for name in sheet if name not in named]
    assert len(unused) <= SPARE, f"{len(unused)} icons of static/icons.svg are used nowhere: {unused}"
    missing = sorted(set(INCLUDED.findall(text)) - set(sheet))
    told(
        [f"{name} is not in static/icons.svg (Bootstrap Icons 1.13 has it)" for name in missing], "No icon is missing."
    )
    assert len(sheet) == len(set(sheet)) > 80
