"""Everybody who might open a page, and an example of every address: what the tests of access walk through."""

from __future__ import annotations

import copy
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from peerhub.lib.member import Member
from peerhub.people.models import User
from programmes.choices import Role
from programmes.models import Membership
from tests import factories as make
from tests.cast import Cast, assemble, member
from tests.house.test_pages import Address
from tests.house.tree import our_models
from tests.second_steps import log_in
from tests.stage import Rows, fill

CANARY = "CANARYSOUTH"
WITHOUT = "Rania, administrator without second factor"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

# For each page with a row in its address: which row. Pages that name only the programme need none.
SAMPLES: dict[str, Callable[[Rows], dict[str, Any]]] = {
    "programmes:team_end": lambda rows: {"pk": rows.lead.pk},
    "recruitment:application": lambda rows: {"pk": rows.application.pk},
    "recruitment:participant": lambda rows: {"pk": rows.participant.pk},
    "recruitment:participant_edit": lambda rows: {"pk": rows.participant.pk},
    "recruitment:supporter": lambda rows: {"pk": rows.supporter.pk},
    "recruitment:supporter_edit": lambda rows: {"pk": rows.supporter.pk},
    "recruitment:supporter_invite": lambda rows: {"pk": rows.supporter.pk},
    "recruitment:supporter_pause": lambda rows: {"pk": rows.supporter.pk},
    "recruitment:supporter_resume": lambda rows: {"pk": rows.supporter.pk},
    "recruitment:import_check": lambda rows: {"key": rows.batch.key},
    "recruitment:import_done": lambda rows: {"key": rows.batch.key},
    "recruitment:import_refused": lambda rows: {"key": rows.batch.key},
    "training:certificate": lambda rows: {"pk": rows.certificate.pk},
    "matching:log": lambda rows: {"match_id": rows.match.pk},
    "matching:proposal": lambda rows: {"match_id": rows.proposed.pk},
    "matching:candidates": lambda rows: {"participant_id": rows.waiting.pk},
    "matching:match": lambda rows: {"match_id": rows.match.pk},
    "matching:answer": lambda rows: {"match_id": rows.proposed.pk},
    "matching:introduce": lambda rows: {"match_id": rows.match.pk},
    "matching:agree": lambda rows: {"match_id": rows.match.pk},
    "matching:review": lambda rows: {"match_id": rows.match.pk},
    "matching:pause": lambda rows: {"match_id": rows.match.pk},
    "matching:resume": lambda rows: {"match_id": rows.match.pk},
    "matching:close": lambda rows: {"match_id": rows.match.pk},
    "matching:leave_supporter": lambda rows: {"pk": rows.supporter.pk},
    "matching:leave_participant": lambda rows: {"pk": rows.waiting.pk},
    "supervision:concern": lambda rows: {"visit_id": rows.visit.pk},
    "evaluation:answers": lambda rows: {"participant_id": rows.participant.pk},
    "evaluation:report": lambda rows: {"pk": rows.report.pk},
    "evaluation:report_pdf": lambda rows: {"pk": rows.report.pk},
}
# The same for addresses of the framework.
FRAMEWORK: dict[str, dict[str, Any]] = {
    "account_confirm_email": {"key": "x"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "x-y"},
    "mfa_edit_webauthn": {"pk": 1},
    "mfa_remove_webauthn": {"pk": 1},
    "admin:app_list": {"app_label": "people"},
    "admin:auth_user_password_change": {"id": 1},
    "admin:view_on_site": {"content_type_id": 1, "object_id": 1},
}


@dataclass
class Visitor:
    """Somebody with a browser."""

    name: str
    client: Client
    member: Member | None

    @property
    def at_home(self) -> bool:
        """Whether she has a role in North."""
        return self.member is not None and self.member.name.split()[0] != "Zoe"

    def open(self, url: str, method: str = "get") -> HttpResponse:
        """Ask for a page; what breaks becomes status 500. She stays logged in, whatever the page does."""
        cookies = copy.deepcopy(self.client.cookies)
        answer: HttpResponse = getattr(self.client, method)(url)
        self.client.cookies = cookies
        return answer


@dataclass
class Stage:
    """Two full programmes, a second supporter in North, and everybody who might come by."""

    cast: Cast
    rows: Rows
    others: Rows
    south: Rows
    former_match: int
    visitors: list[Visitor]

    def visitor(self, name: str) -> Visitor:
        """The one with this name."""
        return next(one for one in self.visitors if one.name == name)


def build() -> Stage:
    """Everything on stage, South marked with canaries."""
    cast = assemble()
    lead = Membership.objects.get(person_id=cast.amina.person_id)
    rows = fill(cast.north, lead=lead, supporter=cast.ben_supporter, match=cast.match)
    others = fill(cast.north, lead=lead, supporter=make.a_supporter(cast.north, "Olga", login=True))
    south = fill(cast.south, lead=Membership.objects.get(person_id=cast.zoe.person_id), mark=CANARY)
    poison(south)
    uma, fay = (make.a_supporter(cast.north, name, login=True) for name in ("Uma", "Fay"))
    former = make.a_match(cast.north, fay, status="closed")
    supporters = {
        name: member(one.person.memberships.get(role=Role.PEER_SUPPORTER))
        for name, one in (("Uma, not matched", uma), ("Fay, formerly matched", fay))
    }
    visitors = [
        _visitor("nobody", None), _visitor("Ben, matched", cast.ben),
        *(_visitor(name, one) for name, one in supporters.items()),
        _visitor("Dan, supervisor", cast.dan), _visitor("Paul, professional", cast.paul),
        _visitor("Amina, coordinator", cast.amina), _visitor("Tess, trainer", cast.tess),
        _visitor("Eva, evaluator", cast.eva), _visitor("Stef, steering group", cast.stef),
        _visitor("Zoe, coordinator of South", cast.zoe), _visitor("Rania, administrator", cast.rania),
        _visitor(WITHOUT, User.objects.create_superuser("rania.new@example.org"), proved=False),
    ]  # fmt: skip
    return Stage(cast, rows, others, south, former.pk, visitors)


def _visitor(name: str, who: Member | User | None, *, proved: bool = True) -> Visitor:
    client = Client(raise_request_exception=False)
    if who is not None:
        user = who if isinstance(who, User) else User.objects.get(people=who.person_id)
        if proved:
            log_in(client, user)
        else:
            client.force_login(user, backend=BACKEND)
    return Visitor(name, client, who if isinstance(who, Member) else None)


def poison(south: Rows) -> None:
    """Put the canary into every text of South's rows, wherever somebody could read it."""
    for model in our_models():
        if any(field.attname == "programme_id" for field in model._meta.concrete_fields):
            found = model._default_manager.filter(programme_id=south.programme.pk)
        else:
            found = model._default_manager.filter(pk__in=[row.pk for row in south.all() if type(row) is model])
        if model._meta.label == "people.StateChange":
            south.change.reason = CANARY
            south.change.pk = None
            south.change.save(force_insert=True)
            continue
        for row in found:
            model._default_manager.filter(pk=row.pk).update(**_marked(row))


def _marked(row: models.Model) -> dict[str, Any]:
    marks: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.name in {"password", "timezone"}:  # these are read by machines
            continue
        if isinstance(field, models.EmailField):
            marks[field.name] = f"{CANARY}.{row.pk}@example.org".lower()
        elif (
            isinstance(field, models.SlugField)
            or field.choices
            or not isinstance(field, models.CharField | models.TextField)
        ):
            continue
        elif field.max_length is None or field.max_length >= 18:  # room for the canary and a number
            marks[field.name] = f"{CANARY}{row.pk}"
    if row._meta.label == "matching.Visit":
        marks["has_concern"] = True
    if row._meta.label == "evaluation.Report":
        marks |= {"pdf": CANARY.encode(), "sha256": CANARY}
    return marks


def needs_a_row(address: Address) -> bool:
    """Whether the address names more than the programme."""
    return "<" in address.route.replace("<slug:slug>", "")


def url_of(address: Address, rows: Rows, slug: str = "north") -> str:
    """An example of the address about these rows, in the programme of that name."""
    if needs_a_row(address):
        assert address.name in SAMPLES, f"{address.name} needs an example: add it to SAMPLES in tests/visitors.py"
        arguments = SAMPLES[address.name](rows)
    else:
        arguments = {}
    if "<slug:slug>" in address.route:
        arguments["slug"] = slug
    return reverse(address.name, kwargs=arguments)


def text_of(response: HttpResponse) -> str:
    """Everything a response says: pages, spreadsheets unzipped, the text of a PDF."""
    content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"\n".join(book.read(name) for name in book.namelist())
    text = content.decode("utf-8", "replace")
    if text.startswith("%PDF"):
        try:
            text += "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
        except PyPdfError:
            return text
    return text + str(response.headers)
