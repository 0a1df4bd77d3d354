"""Templates compute nothing, query nothing, carry no script or style, and every word can be translated."""

from __future__ import annotations

import re
from pathlib import Path

from recruitment.models import Participant
from tests.house.tree import TEMPLATES, sources, templates, told

INLINE = re.compile(
    r"<style\b|<script(?![^>]*\bsrc=)|\sstyle\s*=\s*[\"']|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE
)
# Where text goes out as it is: letters in plain text are not HTML; drawings and prints are made by our own code.
AS_IT_IS = ("notices/",)
# Prints are rendered by WeasyPrint, outside any browser and its policy: they may bring their own style.
PRINTED = ("evaluation/pdf/",)
# Letters are read in mail programs, which know no other style than the one on the element.
LETTERS = ("notices/frame.html",)
SAFE_FILTER = re.compile(r"\|\s*safe\b|autoescape\s+off")
# Words that are the same in every language, and templates whose text is not ours to translate.
NAMES = re.compile(r"\b(peerhub|PDF|CSV|XLSX|UTF|ISO|SWOT|RSES|UCLA|A4|https?)\b")
NO_WORDS = ("allauth/", "home/gallery")  # overridden element by element; samples that only the makers of pages see
READ_ALOUD = re.compile(
    r"\b(?:aria-label|title|placeholder|alt|aria-description)\s*=\s*(\"[^\"]*\"|'[^']*')", re.IGNORECASE
)


def name_of(path: Path) -> str:
    """As a view names it."""
    return str(path.relative_to(TEMPLATES))


def test_no_inline_script_or_style() -> None:
    problems = []
    for path in templates():
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            found = INLINE.search(line)
            if found and not name_of(path).startswith((*PRINTED, *LETTERS)):
                problems.append(f"{name_of(path)}:{number}: {found.group(0).strip()}")
    told(problems, "No inline script, style or handler: the page's policy is default-src 'self'.")


def test_text_is_always_escaped() -> None:
    problems = []
    for path in templates():
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            plain = path.suffix == ".txt" and name_of(path).startswith(AS_IT_IS)
            if SAFE_FILTER.search(line) and not plain:
                problems.append(f"{name_of(path)}:{number}: {line.strip()}")
    told(problems, "Templates never mark text as safe; plain-text letters alone are not escaped.")


def test_no_html_in_python() -> None:
    marked = re.compile(
        r"\b(mark_safe|format_html\w*|SafeString|conditional_escape|crispy_forms.*\bHTML)\b|[\"']</?[a-z]+[ >]"
    )
    problems = []
    for source in sources():
        for number, line in enumerate(source.path.read_text().splitlines(), start=1):
            if marked.search(line):
                problems.append(f"{source.short}:{number}: {line.strip()}")
    told(problems, "HTML stands in templates; Python hands over words and numbers.")


def test_templates_do_not_query() -> None:
    query = re.compile(r"\{[{%][^}%]*\.(objects|all|filter|exclude|exists|order_by|select_related)\b[^}%]*[}%]\}")
    problems = []
    for path in templates():
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            found = query.search(line)
            if found:
                problems.append(f"{name_of(path)}:{number}: {found.group(0)}")
    told(problems, "A template queries nothing: the view hands it finished rows.")


def test_every_word_can_be_translated() -> None:
    problems = []
    for path in templates():
        if path.suffix == ".css" or name_of(path).startswith(NO_WORDS):
            continue
        problems += [
            f"{name_of(path)}: “{words}”" for words in bare_words(path.read_text(), html=path.suffix != ".txt")
        ]
    told(problems, "Every visible word stands in {% trans %} or {% blocktrans trimmed %}.")


def bare_words(text: str, *, html: bool) -> list[str]:
    """Letters that a reader would see and a translator would not."""
    text = re.sub(r"\{#.*?#\}", "", text)
    text = re.sub(
        r"\{% comment .*?%\}.*?\{% endcomment %\}|\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.DOTALL
    )
    text = re.sub(r"\{% (block(?:trans|translate))\b.*?%\}.*?\{% end\1 %\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{% block \w*(?:class|tags|layout)\w* %\}[\w -]*\{% endblock[^%]*%\}", "", text)
    text = re.sub(r"\{%.*?%\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}", "", text, flags=re.DOTALL)
    spoken = [found.group(1)[1:-1] for found in READ_ALOUD.finditer(text)] if html else []
    if html:
        text = re.sub(r"<!--.*?-->|<!doctype.*?>", "", text, flags=re.DOTALL | re.IGNORECASE)
        text = re.sub(r"<style\b.*?</style>|<script\b.*?</script>", "", text, flags=re.DOTALL | re.IGNORECASE)
        text = re.sub(r"<[^>]*>", "\n", text, flags=re.DOTALL)
    seen = [*text.splitlines(), *spoken]
    return [line.strip() for line in seen if re.search(r"[^\W\d_]{2,}", NAMES.sub("", re.sub(r"&\w+;", "", line)))]


def test_the_rule_finds_what_it_should() -> None:
    """The rules above see what they forbid."""
    assert bare_words("<p>Hello {{ name }}</p>", html=True) == ["Hello"]
    assert bare_words('<a title="Close">×</a>{% trans "Close" %}', html=True) == ["Close"]
    assert bare_words("{% blocktrans trimmed %}Hello <b>you</b>{% endblocktrans %} · {{ x }}", html=True) == []
    assert INLINE.search('<a onclick="go()">')
    assert INLINE.search("<script>")
    assert not INLINE.search('<script src="/a.js">')


def test_what_stands_in_a_file_is_read_through_its_door() -> None:
    """``participant.file.remarks`` shows nothing before consent; ``participant.remarks`` would show it always."""
    past = re.compile(rf"\b(?:participant|one\.row)\.(?:get_)?({'|'.join(Participant.IN_FILE)})(?:_display)?\b")
    problems = [
        f"{name_of(path)}: {found.group(0)}"
        for path in templates() for found in past.finditer(path.read_text())
        if not name_of(path).startswith("recruitment/supporter")
    ]  # fmt: skip
    told(problems, "Templates read participant.file.…, which is empty before consent (recruitment.models.File).")
    assert past.search("{{ match.participant.remarks }}")
    assert not past.search("{{ match.participant.file.remarks }}")
