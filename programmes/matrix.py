"""Who may see what: every address × everybody × GET and POST, in one table.

It is read off the guards of the pages and the table of rights; what these do not say stands below, each with a reason.
The page “Who may see what”, docs/access.md and the tests all read this one table; the tests ask every page for real.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import gettext_lazy as _

from peerhub.people.choices import Purpose
from programmes.choices import Role
from programmes.permissions import OPENED_PERMISSIONS, ROLE_PERMISSIONS, Permission

READ, WRITE = "get", "post"
METHODS = (READ, WRITE)
IN_PROGRAMME = "<slug:slug>"
OF_A_PURPOSE = "<slug:purpose>"  # a word of ours, no row
ANYTHING_ELSE = "(?P<url>.*)$"  # the administration's answer to an address that it does not know

# Whether an administrator without a second factor is led to its set-up before anything else; these stay open to her.
SECOND_FACTOR_ENFORCED = True
STAYS_OPEN = frozenset({
    "home:health_live", "home:protect", "set_language", "admin:logout", "admin:jsi18n",
    "account_login", "account_logout", "account_inactive", "account_signup", "account_reauthenticate",
    "account_request_login_code", "account_confirm_login_code", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done",
    "mfa_index", "mfa_authenticate", "mfa_activate_totp", "mfa_reauthenticate", "mfa_login_webauthn",
    "mfa_reauthenticate_webauthn", "mfa_add_webauthn", "mfa_list_webauthn", "home:security_txt", "home:security_policy",
    "home:link", "home:link_leave", "home:feed",
})  # fmt: skip


class Answer(StrEnum):
    """What somebody gets."""

    PAGE = "page"
    OWN = "own rows"
    FORBIDDEN = "403"
    MISSING = "404"
    WRONG_METHOD = "405"
    LOG_IN = "log-in"
    SET_UP = "set up 2nd factor"


class Whose(StrEnum):
    """Whose row the address names."""

    OWN = "own"
    OTHERS = "another supporter's"
    ELSEWHERE = "another programme's"


@dataclass(frozen=True)
class Address:
    """One address of the project."""

    name: str
    callback: Any
    route: str

    @property
    def short(self) -> str:
        """The name without its space."""
        return self.name.rpartition(":")[2]

    @property
    def space(self) -> str:
        """The app whose page it is; empty for the framework's."""
        return self.name.rpartition(":")[0]

    @property
    def in_programme(self) -> bool:
        """Whether it is a page of one programme."""
        return IN_PROGRAMME in self.route

    @property
    def names_a_row(self) -> bool:
        """Whether the address names more than the programme."""
        return "<" in self.route.replace(IN_PROGRAMME, "").replace(OF_A_PURPOSE, "")

    @property
    def open_to_all(self) -> bool:
        """Whether somebody who is not logged in comes in."""
        return getattr(self.callback, "login_required", True) is False


def addresses(resolver: URLResolver | None = None, space: str = "", route: str = "") -> Iterator[Address]:
    """Every address, walked from the root."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from addresses(entry, inner, route + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield Address(space + (entry.name or ""), entry.callback, route + str(entry.pattern))


@dataclass(frozen=True)
class Kind:
    """One kind of visitor."""

    code: str
    words: Any
    role: str = ""  # her role in this programme
    logged_in: bool = True
    has_match: bool = True  # for peer supporters: whether rows of a match are hers now
    administrator: bool = False
    second_factor: bool = False
    opened: bool = False  # has this programme's files open for an hour


KINDS = (
    Kind("nobody", _("not logged in"), logged_in=False),
    Kind("link", _("one-time link"), logged_in=False),
    Kind("participant", _("participant")),
    Kind("matched", _("peer supporter, matched"), Role.PEER_SUPPORTER),
    Kind("former", _("peer supporter, formerly matched"), Role.PEER_SUPPORTER, has_match=False),
    Kind("unmatched", _("peer supporter, not matched"), Role.PEER_SUPPORTER, has_match=False),
    Kind("supervisor", _("supervisor"), Role.SUPERVISOR, second_factor=True),
    Kind("professional", _("professional"), Role.PROFESSIONAL, second_factor=True),
    Kind("trainer", _("trainer"), Role.TRAINER, second_factor=True),
    Kind("coordinator", _("coordinator"), Role.COORDINATOR, second_factor=True),
    Kind("evaluator", _("evaluator"), Role.EVALUATOR, second_factor=True),
    Kind("steering", _("steering group member"), Role.STEERING_MEMBER, second_factor=True),
    Kind("elsewhere", _("coordinator elsewhere"), second_factor=True),
    Kind("bare_administrator", _("administrator without second factor"), administrator=True),
    Kind("administrator", _("administrator"), administrator=True, second_factor=True),
    Kind("opened", _("administrator with open access"), administrator=True, second_factor=True, opened=True),
)

# -- What the guards do not say, each with the reason ------------------------------------------------------------------

# Pages for holders of a one-time link: the name of the address → what the link is for; the first of a purpose is where
# the link leads to. The tests need a way to open such a link: OPENERS in tests/visitors.py.
FOR_LINK_HOLDERS: dict[str, str] = {
    "home:link_file": Purpose.SEE_MY_FILE,
    "matching:link_answer": Purpose.ANSWER_PROPOSAL,
    "matching:link_agree": Purpose.CONFIRM_AGREEMENT,
}

# Pages that many may read and fewer may write on.
WRITES_NEED: dict[str, tuple[Permission, str]] = {
    "programmes:team": (Permission.TEAM_MANAGE, "everybody sees the team, coordinators change it"),
    "recruitment:application": (Permission.APPLICATION_DECIDE, "those who keep the files read it, coordinators decide"),
    "matching:connections": (Permission.MATCH_MANAGE, "everybody who sees matches reads it, who keeps them changes it"),
    "training:training": (Permission.TRAINING_ASSESS, "supervisors see who learns, trainers and coordinators certify"),
    "home:person_messages": (Permission.PEOPLE_EDIT, "those who keep the files see it, coordinators change it"),
    "evaluation:reports": (Permission.REPORT_MAKE, "everybody with reports reads them, fewer make them"),
}
# Pages on which everybody sees her own rows alone, whatever her role.
OWN_ONLY = {
    "home:me": "it is about oneself",
    "home:my_file": "it is about oneself",
    "home:my_messages": "it is about oneself",
    "home:push_add": "one's own device",
    "home:push_remove": "one's own device",
    "home:draft": "what she typed herself and has not sent",
    "matching:today": "the visits of the peer supporter who is logged in",
    "matching:people": "the people of the peer supporter who is logged in",
    "matching:hours": "one's own hours",
    "matching:hours_export": "one's own hours",
    "matching:work": "one's own work",
    "matching:ask": "what one asked oneself",
    "matching:sync": "what one's own phone sends",
    "matching:proposal": "a proposal is answered by the peer supporter it was made to",
}
# Pages on which one role sees fewer rows than the others who may open it.
OWN_FOR = {
    ("training:certificate", Role.TRAINER): "a trainer sees the certificates she gave herself",
}
# The method that an address does not know.
NO_METHOD = {
    "matching:answer": (READ, "a button, no page"),
    "matching:suggestion": (READ, "a button, no page"),
    "matching:responsible": (READ, "a button, no page"),
    "matching:give_link": (READ, "a button, no page"),
    "matching:connection_end": (READ, "a button, no page"),
    "home:message_again": (READ, "a button, no page"),
    "home:push_add": (READ, "for a script"),
    "home:push_remove": (READ, "a button, no page"),
    "account_inactive": (WRITE, "nothing to send"),
    "home:feed": (WRITE, "nothing to send"),
    "phone:offline": (WRITE, "nothing to send"),
    "phone:worker": (WRITE, "nothing to send"),
    "account_email_verification_sent": (WRITE, "nothing to send"),
    "account_reset_password_done": (WRITE, "nothing to send"),
    "account_reset_password_from_key_done": (WRITE, "nothing to send"),
    "mfa_index": (WRITE, "nothing to send"),
    "mfa_view_recovery_codes": (WRITE, "nothing to send"),
    "mfa_list_webauthn": (WRITE, "nothing to send"),
    "admin:logout": (READ, "a link must not log anybody out"),
    "admin:password_change_done": (WRITE, "nothing to send"),
    "admin:autocomplete": (WRITE, "nothing to send"),
    "admin:jsi18n": (WRITE, "nothing to send"),
}
# Only who has a second factor can look at it.
OF_THE_FACTOR = {
    "mfa_deactivate_totp": "there is nothing to switch off",
    "mfa_view_recovery_codes": "there are no codes yet",
    "mfa_download_recovery_codes": "there are no codes yet",
}


@dataclass(frozen=True)
class Exceptional:
    """An answer that follows from nothing above."""

    name: str
    methods: tuple[str, ...]
    kinds: tuple[str, ...]
    answer: Answer
    reason: str


OUTSIDERS = ("nobody", "link")
ADMINISTRATORS = ("bare_administrator", "administrator", "opened")
LOGGED_IN = tuple(kind.code for kind in KINDS if kind.logged_in)
OTHERS_LOGGED_IN = tuple(code for code in LOGGED_IN if code not in ADMINISTRATORS)
WITH_A_FACTOR = tuple(kind.code for kind in KINDS if kind.second_factor)
EVERYBODY = tuple(kind.code for kind in KINDS)

EXCEPTIONS = (
    Exceptional("home:link", (WRITE,), EVERYBODY, Answer.MISSING, "an unknown token opens nothing"),
    Exceptional("home:feed", (READ,), EVERYBODY, Answer.MISSING, "an unknown token shows nothing"),
    Exceptional("mfa_authenticate", METHODS, OUTSIDERS, Answer.LOG_IN, "it is the second half of a log-in"),
    Exceptional("mfa_login_webauthn", METHODS, OUTSIDERS, Answer.LOG_IN, "asked by the script of the log-in page"),
    Exceptional("mfa_edit_webauthn", METHODS, LOGGED_IN, Answer.MISSING, "a passkey is its owner's alone"),
    Exceptional("mfa_remove_webauthn", METHODS, LOGGED_IN, Answer.MISSING, "a passkey is its owner's alone"),
    Exceptional("mfa_download_recovery_codes", (WRITE,), WITH_A_FACTOR, Answer.WRONG_METHOD, "nothing to send"),
    Exceptional("account_confirm_email", (WRITE,), EVERYBODY, Answer.MISSING, "an unknown key confirms nothing"),
    Exceptional("home:gallery", METHODS, OTHERS_LOGGED_IN, Answer.FORBIDDEN, "for administrators"),
    Exceptional("admin:login", METHODS, OUTSIDERS, Answer.LOG_IN, "there is one log-in page for everybody"),
    Exceptional("admin:login", METHODS, OTHERS_LOGGED_IN, Answer.FORBIDDEN, "for administrators"),
    Exceptional("admin:logout", METHODS, OTHERS_LOGGED_IN, Answer.PAGE, "it leads on to the administration's door"),
    Exceptional("admin:autocomplete", (READ,), ADMINISTRATORS, Answer.FORBIDDEN, "only for a field that names itself"),
    Exceptional("admin:view_on_site", METHODS, ADMINISTRATORS, Answer.MISSING, "these rows have no page on the site"),
    Exceptional("admin:programmes_membership_add", METHODS, ADMINISTRATORS, Answer.FORBIDDEN,
                "roles are given on the page of the team"),
    Exceptional("admin:programmes_membership_delete", METHODS, ADMINISTRATORS, Answer.FORBIDDEN,
                "a role is ended, never deleted"),
    Exceptional("recruitment:note", METHODS, ("professional",), Answer.MISSING,
                "her role reads no sensitive note; in an emergency she opens them for an hour"),
    Exceptional("programmes:opening_end", METHODS, ("supervisor", "professional"), Answer.MISSING,
                "a coordinator ends any emergency access, everybody else her own"),
)  # fmt: skip


# -- The table -------------------------------------------------------------------------------------------------------


def answer_to(address: Address, kind: Kind, method: str, whose: Whose = Whose.OWN) -> Answer:
    """What somebody of this kind gets; ``whose`` row the address names matters where it names one."""
    found = _answer(address, kind, method)
    if kind.opened and method == WRITE and address.in_programme:
        return found  # nothing of hers is looked for
    if whose is Whose.OWN or not (address.in_programme and address.names_a_row):
        return found
    if found is Answer.OWN:
        return Answer.MISSING
    if whose is Whose.ELSEWHERE and Answer.PAGE in (found, _answer(address, kind, READ)):
        return Answer.MISSING  # where writing needs more than reading, the row is looked for first
    return found


def _answer(address: Address, kind: Kind, method: str) -> Answer:
    special = _special(address, kind, method)
    if special:
        return special
    found = _inside(address, kind, method) if address.in_programme else _outside(address, kind)
    if found in (Answer.PAGE, Answer.OWN):
        if NO_METHOD.get(address.name, ("",))[0] == method:
            return Answer.WRONG_METHOD
        if address.name in OF_THE_FACTOR and not kind.second_factor:
            return Answer.MISSING
    return found


def _special(address: Address, kind: Kind, method: str) -> Answer | None:
    """What stands above all other rules."""
    if address.name in FOR_LINK_HOLDERS:  # a log-in makes no difference here
        return Answer.OWN if kind.code == "link" else Answer.MISSING
    if SECOND_FACTOR_ENFORCED and kind.code == "bare_administrator" and address.name not in STAYS_OPEN:
        return Answer.SET_UP
    for one in EXCEPTIONS:
        if address.name == one.name and method in one.methods and kind.code in one.kinds:
            return one.answer
    return None


def _inside(address: Address, kind: Kind, method: str) -> Answer:
    """A page of a programme: its guard, and the rights of the visitor's role."""
    if not kind.logged_in:
        return Answer.LOG_IN
    asked = address.callback.guard.permission
    if kind.opened:
        return _opened(asked, method)
    if not kind.role:
        return Answer.MISSING
    rights = ROLE_PERMISSIONS[kind.role]
    more, _reason = WRITES_NEED.get(address.name, (None, "")) if method == WRITE else (None, "")
    if (asked is not None and asked not in rights) or (more is not None and more not in rights):
        return Answer.FORBIDDEN
    if kind.role == Role.PEER_SUPPORTER:
        return Answer.OWN if kind.has_match or not address.names_a_row else Answer.MISSING
    own = address.name in OWN_ONLY or (address.name, kind.role) in OWN_FOR
    return Answer.OWN if own else Answer.PAGE


def _opened(asked: Permission | None, method: str) -> Answer:
    """An administrator who opened the files: a few rights, to read; nothing about herself."""
    if asked is None:
        return Answer.MISSING
    return Answer.PAGE if method == READ and asked in OPENED_PERMISSIONS else Answer.FORBIDDEN


def _outside(address: Address, kind: Kind) -> Answer:
    """The door, one's own log-in, the administration."""
    if address.route.endswith(ANYTHING_ELSE):
        return Answer.MISSING if kind.administrator else Answer.LOG_IN
    if address.space == "admin":
        return Answer.PAGE if kind.administrator else Answer.LOG_IN
    return Answer.PAGE if kind.logged_in or address.open_to_all else Answer.LOG_IN
