"""Everybody who might open a page, and an example of every address: what the tests of access walk through."""

from __future__ import annotations

import copy
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.core.cache import cache
from django.db import models
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import resolve, reverse
from django.utils import timezone
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from matching.models import MatchingRules
from peerhub.home.rotating import SEALED
from peerhub.lib.keyring import lock
from peerhub.lib.member import Member
from peerhub.people.choices import Purpose
from peerhub.people.models import Person, User
from peerhub.people.services import make_link
from programmes.choices import Role
from programmes.matrix import FOR_LINK_HOLDERS, KINDS, Address, Kind
from programmes.models import Membership
from programmes.services import open_files
from tests import factories as make
from tests.cast import Cast, assemble, member
from tests.house.tree import our_models
from tests.logins import enter
from tests.second_steps import log_in
from tests.stage import Rows, fill

CANARY = "CANARYSOUTH"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

# For each page with a row in its address: which row. Pages that name only the programme need none.
SAMPLES: dict[str, Callable[[Rows], dict[str, Any]]] = {
    "programmes:team_end": lambda rows: {"pk": rows.lead.pk},
    "programmes:team_logout": lambda rows: {"pk": rows.lead.pk},
    "recruitment:campaign": lambda rows: {"pk": rows.campaign.pk},
    "recruitment:campaign_edit": lambda rows: {"pk": rows.campaign.pk},
    "recruitment:campaign_close": lambda rows: {"pk": rows.campaign.pk},
    "recruitment:campaign_reopen": lambda rows: {"pk": rows.campaign.pk},
    "recruitment:application": lambda rows: {"pk": rows.application.pk},
    "recruitment:participant": lambda rows: {"pk": rows.participant.pk},
    "home:who_sees": lambda rows: {"pk": rows.participant.person_id},
    "home:who_changed": lambda rows: {"pk": rows.participant.person_id},
    "recruitment:participant_links": lambda rows: {"pk": rows.participant.pk},
    "recruitment:participant_edit": lambda rows: {"pk": rows.participant.pk},
    "recruitment:consents": lambda rows: {"person_id": rows.participant.person_id},
    "recruitment:consent_print": lambda rows: {"person_id": rows.participant.person_id},
    "recruitment:consent_ask": lambda rows: {"person_id": rows.participant.person_id, "purpose": "evaluation"},
    "recruitment:guardian_new": lambda rows: {"person_id": rows.participant.person_id},
    "recruitment:consent_withdraw": lambda rows: {"pk": rows.consent.pk},
    "recruitment:guardian_end": lambda rows: {"pk": rows.representative.pk},
    "recruitment:consent_text": lambda _rows: {"purpose": "evaluation"},
    "recruitment:supporter": lambda rows: {"pk": rows.supporter.pk},
    "recruitment:supporter_edit": lambda rows: {"pk": rows.supporter.pk},
    "recruitment:supporter_invite": lambda rows: {"pk": rows.supporter.pk},
    "recruitment:supporter_pause": lambda rows: {"pk": rows.supporter.pk},
    "recruitment:supporter_resume": lambda rows: {"pk": rows.supporter.pk},
    "recruitment:supporter_logout": lambda rows: {"pk": rows.supporter.pk},
    "recruitment:note": lambda rows: {"pk": rows.correction.pk},
    "recruitment:note_new": lambda rows: {"person_id": rows.participant.person_id},
    "recruitment:notes_open": lambda rows: {"person_id": rows.participant.person_id},
    "programmes:opening_end": lambda rows: {"pk": rows.opening.pk},
    "recruitment:import_check": lambda rows: {"key": rows.batch.key},
    "recruitment:import_done": lambda rows: {"key": rows.batch.key},
    "recruitment:import_refused": lambda rows: {"key": rows.batch.key},
    "training:certificate": lambda rows: {"pk": rows.certificate.pk},
    "matching:log": lambda rows: {"match_id": rows.match.pk},
    "matching:correct": lambda rows: {"visit_id": rows.visit.pk},
    "matching:compare": lambda rows: {"visit_id": rows.visit.pk},
    "matching:proposal": lambda rows: {"match_id": rows.proposed.pk},
    "matching:candidates": lambda rows: {"participant_id": rows.waiting.pk},
    "matching:week": lambda rows: {"participant_id": rows.waiting.pk},
    "matching:excluded": lambda rows: {"participant_id": rows.waiting.pk},
    "matching:rules_again": lambda rows: {"pk": rows.rules.pk},
    "matching:search_repeat": lambda rows: {"pk": rows.run.pk},
    "matching:mark_lift": lambda rows: {"pk": rows.mark.pk},
    "matching:match": lambda rows: {"match_id": rows.match.pk},
    "matching:answer": lambda rows: {"match_id": rows.proposed.pk},
    "matching:suggestion": lambda rows: {"match_id": rows.proposed.pk},
    "matching:give_link": lambda rows: {"match_id": rows.proposed.pk},
    "matching:responsible": lambda rows: {"match_id": rows.match.pk},
    "matching:plan": lambda rows: {"match_id": rows.match.pk},
    "matching:meeting_file": lambda rows: {"match_id": rows.match.pk},
    "matching:explain": lambda rows: {"match_id": rows.match.pk},
    "matching:agreement": lambda rows: {"match_id": rows.match.pk},
    "matching:agreement_pdf": lambda rows: {"match_id": rows.match.pk},
    "matching:sign": lambda rows: {"match_id": rows.match.pk},
    "matching:hand_over": lambda rows: {"match_id": rows.match.pk},
    "matching:connection_end": lambda rows: {"pk": rows.connection.pk},
    "matching:introduce": lambda rows: {"match_id": rows.match.pk},
    "matching:agree": lambda rows: {"match_id": rows.match.pk},
    "matching:review": lambda rows: {"match_id": rows.match.pk},
    "matching:pause": lambda rows: {"match_id": rows.match.pk},
    "matching:resume": lambda rows: {"match_id": rows.match.pk},
    "matching:undo": lambda rows: {"match_id": rows.match.pk},
    "matching:extend": lambda rows: {"match_id": rows.match.pk},
    "matching:goals": lambda rows: {"match_id": rows.match.pk},
    "matching:year": lambda rows: {"match_id": rows.match.pk},
    "matching:cover_match": lambda rows: {"match_id": rows.match.pk},
    "matching:cover_end": lambda rows: {"pk": rows.cover.pk},
    "matching:deputy_end": lambda rows: {"pk": rows.deputy.pk},
    "matching:close": lambda rows: {"match_id": rows.match.pk},
    "matching:leave_supporter": lambda rows: {"pk": rows.supporter.pk},
    "matching:leave_participant": lambda rows: {"pk": rows.waiting.pk},
    "home:message_again": lambda rows: {"pk": rows.notice.pk},
    "home:person_messages": lambda rows: {"pk": rows.person.pk},
    "supervision:overdue_call": lambda rows: {"match_id": rows.match.pk},
    "supervision:session_move": lambda rows: {"pk": rows.planned_session.pk},
    "supervision:session_cancel": lambda rows: {"pk": rows.planned_session.pk},
    "supervision:concern": lambda rows: {"visit_id": rows.visit.pk},
    "evaluation:answers": lambda rows: {"participant_id": rows.participant.pk},
    "evaluation:report": lambda rows: {"pk": rows.report.pk},
    "evaluation:report_pdf": lambda rows: {"pk": rows.report.pk},
}
# What stands behind the address where the page asks for it.
QUERIES = {"home:draft": "?key=team&fields={}"}
# The same for addresses of the framework.
FRAMEWORK: dict[str, dict[str, Any]] = {
    "account_confirm_email": {"key": "x"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "x-y"},
    "mfa_edit_webauthn": {"pk": 1},
    "mfa_remove_webauthn": {"pk": 1},
    "admin:app_list": {"app_label": "people"},
    "admin:auth_user_password_change": {"id": 1},
    "home:device_end": {"pk": 1},
    "home:link": {"token": "nobodys-token"},
    "home:feed": {"token": "nobodys-token"},
    "admin:view_on_site": {"content_type_id": 1, "object_id": 1},
}


# For each purpose in FOR_LINK_HOLDERS (programmes/matrix.py): how a browser opens such a link, about these rows.
OPENERS: dict[str, Callable[[Client, Rows], str]] = {
    Purpose.SEE_MY_FILE: lambda client, rows: open_a_link(client, Purpose.SEE_MY_FILE, rows.participant.person),
    Purpose.ANSWER_PROPOSAL: lambda client, rows: open_a_link(
        client, Purpose.ANSWER_PROPOSAL, rows.proposed.participant_person, f"match:{rows.proposed.pk}"
    ),
    Purpose.CONFIRM_AGREEMENT: lambda client, rows: open_a_link(
        client, Purpose.CONFIRM_AGREEMENT, rows.match.participant_person, f"match:{rows.match.pk}"
    ),
}


def open_a_link(client: Client, purpose: Purpose, person: Person, subject: str = "") -> str:
    """Make a link for somebody and open it in this browser; returns the address it leads to."""
    address = make_link(purpose=purpose, person=person, subject=subject, by=None, now=timezone.now())
    answer = client.post(urlsplit(address).path)
    assert answer.status_code == 302, "the link opened"  # led on
    return answer.headers["Location"]


@dataclass
class Visitor:
    """Somebody with a browser."""

    name: str
    kind: Kind
    client: Client
    member: Member | None
    rows: Rows | None = None  # what the links are about, for whoever holds one

    def open(self, url: str, method: str = "get", data: Any = None, **more: Any) -> HttpResponse:
        """Ask for a page; what breaks becomes status 500. She stays logged in, whatever the page does."""
        cookies = copy.deepcopy(self.client.cookies)
        cache.clear()  # nobody is too quick here: throttles have tests of their own
        self._open_a_link(url)
        answer: HttpResponse = getattr(self.client, method)(url, data, **more)
        self.client.cookies = cookies
        return answer

    def _open_a_link(self, url: str) -> None:
        """Whoever holds links opens the one that a page is for before she asks for the page."""
        purpose = FOR_LINK_HOLDERS.get(resolve(urlsplit(url).path).view_name) if self.kind.code == "link" else None
        if purpose and self.rows:
            OPENERS[purpose](self.client, self.rows)


@dataclass
class Stage:
    """Two full programmes, a second supporter in North, and everybody who might come by."""

    cast: Cast
    rows: Rows
    others: Rows
    south: Rows
    former_match: int
    visitors: list[Visitor]
    asked: dict[str, int] = field(default_factory=dict)  # how many answers were looked at, and what for

    def visitor(self, name: str) -> Visitor:
        """The one with this name."""
        return next(one for one in self.visitors if one.name == name)

    def of_kind(self, code: str) -> Visitor:
        """The one of this kind."""
        return next(one for one in self.visitors if one.kind.code == code)

    def count(self, what: str) -> None:
        """One more answer was looked at."""
        self.asked[what] = self.asked.get(what, 0) + 1


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])  # a third of the time
def build() -> Stage:
    """Everything on stage, South marked with canaries."""
    cast = assemble()
    lead = Membership.objects.get(person_id=cast.amina.person_id)
    rows = fill(cast.north, lead=lead, supporter=cast.ben_supporter, match=cast.match)
    others = fill(cast.north, lead=lead, supporter=make.a_supporter(cast.north, "Olga", login=True))
    south = fill(cast.south, lead=Membership.objects.get(person_id=cast.zoe.person_id), mark=CANARY)
    poison(south)
    rows.certificate.assessed_by_id = cast.tess.person_id
    rows.certificate.save()
    uma, fay = (make.a_supporter(cast.north, name, login=True) for name in ("Uma", "Fay"))
    former = make.a_match(cast.north, fay, status="closed")
    ola = User.objects.create_superuser("ola@example.org", make.PASSWORD)
    carla, nils = (User.objects.create_user(f"{name}@example.org", make.PASSWORD) for name in ("carla", "nils"))
    Person.objects.filter(pk=cast.carla.person_id).update(user=carla)
    User.objects.filter(pk=nils.pk).update(is_staff=True, is_superuser=True)
    logins: dict[str, tuple[str, Member | User | None]] = {
        "nobody": ("nobody", None),
        "link": ("a one-time link", None),
        "participant": ("Carla, participant", carla),
        "matched": ("Ben, matched", cast.ben),
        "former": ("Fay, formerly matched", member(fay.person.memberships.get(role=Role.PEER_SUPPORTER))),
        "unmatched": ("Uma, not matched", member(uma.person.memberships.get(role=Role.PEER_SUPPORTER))),
        "supervisor": ("Dan, supervisor", cast.dan),
        "professional": ("Paul, professional", cast.paul),
        "trainer": ("Tess, trainer", cast.tess),
        "coordinator": ("Amina, coordinator", cast.amina),
        "evaluator": ("Eva, evaluator", cast.eva),
        "steering": ("Stef, steering group", cast.stef),
        "elsewhere": ("Zoe, coordinator of South", cast.zoe),
        "bare_administrator": ("Nils, administrator without second factor", nils),
        "administrator": ("Rania, administrator", cast.rania),
        "opened": ("Ola, administrator with open access", ola),
    }
    open_files(cast.north, reason="A fault that shows in one file only.", by=ola, now=timezone.now())
    visitors = [_visitor(kind, *logins[kind.code]) for kind in KINDS]
    visitors[1].rows = rows
    return Stage(cast, rows, others, south, former.pk, visitors)


def _visitor(kind: Kind, name: str, who: Member | User | None) -> Visitor:
    client = Client(raise_request_exception=False)
    if who is not None:
        user = who if isinstance(who, User) else User.objects.get(people=who.person_id)
        if kind.second_factor:
            log_in(client, user)
            codes = {"seed": get_adapter().encrypt("0" * 40), "used_mask": 0}
            Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data=codes)
        else:
            enter(client, user)
        session = client.session
        session["finding"] = {"everybody": "e"}  # what a search box would have kept
        session.save()
    return Visitor(name, kind, client, who if isinstance(who, Member) else None)


def poison(south: Rows) -> None:
    """Put the canary into every text of South's rows, wherever somebody could read it."""
    for model in our_models():
        if any(field.attname == "programme_id" for field in model._meta.concrete_fields):
            found = model._default_manager.filter(programme_id=south.programme.pk)
        else:
            found = model._default_manager.filter(pk__in=[row.pk for row in south.all() if type(row) is model])
        if model._meta.label == "people.History":  # the triggers have written the canaries down by now
            continue
        only_added_to = {"people.StateChange": "change", "people.Look": "look", "matching.MatchingRules": "rules"}
        if model._meta.label in only_added_to:
            added = getattr(south, only_added_to[model._meta.label])
            added.reason, added.pk = CANARY, None
            if isinstance(added, MatchingRules):
                added.version += 1000
            added.save(force_insert=True)
            continue
        if model._meta.label == "people.ConsentText":  # what was written stays; a poisoned version comes after it
            text = south.consent_text
            text.text, text.version, text.pk = CANARY, text.version + 1, None
            text.save(force_insert=True)
            continue
        for row in found:
            model._default_manager.filter(pk=row.pk).update(**marked(row))


# Texts that stand only beside something else: a day, a time, a purpose that names a service.
STAYS_EMPTY = {
    "matching.Match": ("no_talk_reason", "explanation_waived", "meeting_place"),
    "people.Consent": ("subject",),
}


def marked(row: models.Model, canary: str = CANARY) -> dict[str, Any]:
    """Every text of this row with the canary in it, as far as people type and read it."""
    marks: dict[str, Any] = {}
    for column in row._meta.concrete_fields:
        if column.name in {"password", "timezone", "token_hash", "endpoint"}:  # these are read by machines
            continue
        if isinstance(column, models.EmailField):
            marks[column.name] = f"{canary}.{row.pk}@example.org".lower()
        elif (
            isinstance(column, models.SlugField)
            or column.choices
            or not isinstance(column, models.CharField | models.TextField)
        ):
            continue
        elif column.max_length is None or column.max_length >= 18:  # room for the canary and a number
            marks[column.name] = f"{canary}{row.pk}"
    for name in STAYS_EMPTY.get(row._meta.label, ()):
        if not getattr(row, name):
            marks.pop(name)
    if row._meta.label == "matching.Visit":
        marks["has_concern"] = True
    for kind in SEALED:  # sealed to its row, as the deeds would
        if type(row) is kind.model:
            marks[kind.column] = lock(f"{canary}{row.pk}", place=getattr(row, kind.place))
    if row._meta.label in {"people.SensitiveNote", "people.AccessGrant"}:  # little of them can be changed
        marks = {name: value for name, value in marks.items() if name in ("sealed", "ended_by_name")}
    if row._meta.label == "evaluation.Report":
        marks |= {"pdf": canary.encode(), "sha256": canary}
    return marks


def url_of(address: Address, rows: Rows, slug: str = "north") -> str:
    """An example of the address about these rows, in the programme of that name."""
    if not address.in_programme:
        return _url_outside(address)
    arguments = {}
    if address.names_a_row or address.name in SAMPLES:
        assert address.name in SAMPLES, f"{address.name} needs an example: add it to SAMPLES in tests/visitors.py"
        arguments = SAMPLES[address.name](rows)
    return reverse(address.name, kwargs={"slug": slug, **arguments}) + QUERIES.get(address.name, "")


def _url_outside(address: Address) -> str:
    """The door, one's own log-in, the administration: about some row of the table where it needs one."""
    if address.name == "admin:":  # these have no name of their own
        return "/" + address.route.replace("<path:object_id>", "1").replace("(?P<url>.*)$", "nowhere/")
    keys = dict(FRAMEWORK.get(address.name, {}))
    if "id" in keys:  # of a log-in
        keys["id"] = User.objects.order_by("pk").values_list("pk", flat=True)[0]
    if "<path:object_id>" in address.route and not keys:
        table = next(
            model for model in admin.site._registry
            if address.short.startswith(f"{model._meta.app_label}_{model._meta.model_name}_")
        )  # fmt: skip
        row = table._default_manager.order_by("pk").first()
        keys = {"object_id": row.pk if row else 1}
    return reverse(address.name, kwargs=keys)


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
    return f"{text}{response.headers}{response.cookies}"
