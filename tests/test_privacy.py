"""Privacy is declared on the model, nothing is kept that the programme does not need, and no message names anybody."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.conf import settings
from django.utils import translation

from peerhub.lib.privacy import classified
from peerhub.notices.choices import Kind
from peerhub.notices.letters import letter, neutral
from peerhub.notices.models import Notice
from tests import factories as make
from tests.house.tree import TEMPLATES, our_models, sources, told

# What a programme of peers does not ask for: it would hurt in the wrong hands and nobody here needs it.
NEVER_KEPT = re.compile(
    r"(^|_)national(ity)?$|legal_?status|residence|passport|visa|asylum|bsn|ssn|insz|national_number|identity_?(card|number)|id_number"
    r"|diagnos|medication|medical|disease|psychiatr|(^|_)hiv|religion|ethnic|(^|_)race$|political|sexual|orientation|criminal|iban|income"
)
# Names that tell of a person in any table; where they are sorted as plain, somebody forgot.
PERSONAL = re.compile(
    r"(^|_)(first_name|last_name|email|phone|born_on|postcode|address|birth|by|author|person|recipient)$"
)
SENSITIVE = re.compile(
    r"(^|_)(note|concern|remarks|motivation|experience|summary|agreements|answers|request_for_help|reason)$"
)
# One of four words about a plan; areas with thousands of people; alone or with a guardian. Nothing about anybody.
ABOUT_NOBODY = {
    *("matching.Segment.reason", "programmes.Place.postcode", "recruitment.Campaign.postcode"),
    "people.Consent.given_by",
}


def test_every_field_is_sorted_once() -> None:
    told(
        [problem for model in our_models() for problem in classified(model).problems],
        "class Privacy sorts each field once.",
    )


def test_names_and_stories_are_not_called_plain() -> None:
    problems = []
    for model in our_models():
        for name in sorted(classified(model).plain):
            label = f"{model._meta.label}.{name}"
            if (PERSONAL.search(name) or SENSITIVE.search(name)) and label not in ABOUT_NOBODY:
                problems.append(label)
    told(problems, "What says who somebody is is personal; what could hurt when read by the wrong person is sensitive.")


def test_nothing_is_kept_that_is_not_needed() -> None:
    problems = [
        f"{model._meta.label}.{field.name}" for model in our_models() for field in model._meta.get_fields()
        if NEVER_KEPT.search(field.name.lower())
    ]  # fmt: skip
    told(problems, "No legal status, diagnosis, nationality, identity number, belief or income is kept.")


def test_the_rule_would_find_them() -> None:
    assert all(
        NEVER_KEPT.search(name) for name in ("legal_status", "nationality", "diagnosis", "passport_number", "religion")
    )
    assert not any(
        NEVER_KEPT.search(name)
        for name in ("rationale", "archived_at", "embrace", "status", "international", "incoming_on")
    )


# Languages that the places of today speak, and one that reads from right to left.
LANGUAGES = ["en", "nl", "fr", "ar"]


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind.values)
def test_no_letter_names_anybody(kind: str, language: str, now: datetime) -> None:
    programme = make.a_programme("north")
    reader = make.a_person(
        programme,
        "Quirina",
        last_name="Zephyrson",
        email="q@example.org",
        phone="0612345678",
        postcode="9876ZZ",
        login=True,
    )
    assert reader.user
    reader.user.language = language
    notice = Notice(
        pk=7, programme_id=programme.pk, kind=kind, recipient=reader, subject="match:1", period="x",
        link="/p/north/matches/1/", due_on=now.date(),
    )  # fmt: skip
    said = letter(notice, language=language, items=[notice])
    for text in (said.subject, said.plain, said.html, said.short, neutral(language)):
        assert text.strip()
        assert not [word for word in ("Quirina", "Zephyrson", "0612345678", "9876ZZ") if word in str(text)]
        assert "{" not in str(text), "a word was left in a template's braces"
    assert f"{settings.PUBLIC_URL}/p/north/matches/1/" in said.plain
    assert f'lang="{language}"' in said.html
    assert "You get this because" in said.plain or language != "en"
    assert "\n" not in said.subject
    assert translation.get_language() == settings.LANGUAGE_CODE


def test_letters_have_nothing_to_name_somebody_with() -> None:
    problems = []
    for path in sorted((TEMPLATES / "notices/mail").glob("*")):
        for used in re.findall(r"\{\{\s*([^}|\s]+)|with ([\w.= |:\"]+?)\s*%\}", path.read_text()):
            text = "".join(used)
            if re.search(r"recipient|person|match|visit\b|name|note\b|concern", text.replace("notice.", "")):
                problems.append(f"{path.name}: {text}")
    told(problems, "A letter says that something waits and where; it names nobody and quotes nothing.")


def test_every_kind_of_message_has_its_letter() -> None:
    letters = {path.stem for path in (TEMPLATES / "notices/mail").glob("*.txt")}
    assert letters == set(Kind.values)


def test_no_names_in_logs() -> None:
    named = re.compile(r"logger\.\w+\(.*(name|email|phone|note|concern|person)\b", re.IGNORECASE)
    problems = [
        f"{source.short}:{number}: {line.strip()}"
        for source in sources() for number, line in enumerate(source.path.read_text().splitlines(), start=1)
        if named.search(line) and "notice.pk" not in line and "__name__)" not in line
    ]  # fmt: skip
    told(problems, "A log names rows by number, people never.")


def test_no_names_in_addresses() -> None:
    """Addresses are kept by browsers and proxies: they carry numbers and codes."""
    problems = [
        f"{source.short}: {found}" for source in sources() if source.path.name in {"urls.py", "programme_urls.py"}
        for found in re.findall(r"<str:\w+>|<path:\w+>|<\w*name>", source.path.read_text())
    ]  # fmt: skip
    told(problems, "Addresses carry no names and no free text.")


def test_nothing_is_fetched_from_elsewhere() -> None:
    foreign = re.compile(r"(?:src|href|action|url)\s*[=(]\s*[\"']?(?:https?:)?//(?!www\.w3\.org)")
    problems = []
    for path in TEMPLATES.rglob("*"):
        if path.is_file():
            problems += [f"{path.relative_to(TEMPLATES)}: {found}" for found in foreign.findall(path.read_text())]
    told(problems, "Pages load nothing from other servers: nobody learns who reads them.")
