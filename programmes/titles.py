"""What each page is called in plain words, by part of the programme, and what each role is for.

A test refuses a page without a title: give it one here, in the part where people look for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from programmes.choices import Role


@dataclass(frozen=True)
class Part:
    """A part of the programme and its pages: the name of each address and its title."""

    code: str
    title: Any
    icon: str
    pages: Mapping[str, Any]


PARTS = (
    Part("every_day", _("Every day"), "house-door", {
        "home:overview": _("What needs attention"),
        "home:search": _("Find a person"),
        "home:messages": _("Messages that were sent"),
        "home:message_again": _("Try to send a message again"),
        "home:messages_held": _("Messages that wait for a click"),
        "home:messages_tomorrow": _("Messages of tomorrow"),
        "home:messages_preview": _("What messages say"),
        "home:person_messages": _("How somebody may be reached"),
        "home:my_messages": _("How messages reach me"),
        "home:push_add": _("Allow notifications on a device"),
        "home:push_remove": _("End notifications on a device"),
        "home:me": _("My own page"),
        "home:my_file": _("Who can see my file, and who has looked"),
        "home:draft": _("What I typed and have not sent"),
        "home:link_file": _("Who can see my file, by a one-time link"),
        "home:who_sees": _("Who can see a person's file, and who has looked"),
        "home:who_changed": _("Who changed what in a person's file"),
    }),
    Part("phone", _("On the phone of a peer supporter"), "phone", {
        "matching:today": _("Today: my next visits"),
        "matching:people": _("The people I support"),
        "matching:proposal": _("A proposal, without a name"),
        "matching:log": _("Write down a visit"),
        "matching:goals": _("How far somebody's own goals are"),
        "matching:year": _("The year of visits with somebody I support"),
        "matching:sync": _("Send what waited on the phone"),
        "matching:correct": _("Correct or withdraw a visit"),
        "matching:compare": _("Two versions of a visit"),
        "matching:work": _("Write down work beside the visits"),
        "matching:hours": _("My own hours"),
        "matching:hours_export": _("My own hours as a file to take away"),
        "matching:ask": _("Ask for help or a pause"),
        "home:my_calendar": _("My days in my own calendar"),
    }),
    Part("campaigns", _("Campaigns"), "bullseye", {
        "recruitment:campaigns": _("List of campaigns"),
        "recruitment:campaigns_export": _("The list as a file to take away"),
        "recruitment:campaign": _("One campaign: its plan and what it brought"),
        "recruitment:campaign_new": _("Plan a campaign"),
        "recruitment:campaign_edit": _("Go on planning"),
        "recruitment:campaign_close": _("Close a campaign"),
        "recruitment:campaign_reopen": _("Open a campaign again"),
    }),
    Part("training", _("Applications and training"), "mortarboard", {
        "recruitment:applications": _("List of applications"),
        "recruitment:application": _("One application and its talks"),
        "recruitment:application_new": _("Write down an application"),
        "training:training": _("Who is in training, who passed"),
        "training:certificate": _("A certificate"),
    }),
    Part("supporters", _("Peer supporters"), "person-heart", {
        "recruitment:supporters": _("List of peer supporters"),
        "recruitment:supporters_export": _("The list as a file to take away"),
        "recruitment:supporter": _("One peer supporter"),
        "recruitment:supporter_new": _("Take on a peer supporter"),
        "recruitment:supporter_edit": _("Correct what is written"),
        "recruitment:supporter_invite": _("Invite to log in"),
        "recruitment:supporter_logout": _("Log out a peer supporter everywhere"),
        "recruitment:supporter_pause": _("Pause proposals"),
        "recruitment:supporter_resume": _("Resume proposals"),
        "matching:leave_supporter": _("A peer supporter stops"),
    }),
    Part("participants", _("Participants"), "people", {
        "recruitment:participants": _("List of participants"),
        "recruitment:participants_export": _("The list as a file to take away"),
        "recruitment:participant": _("One participant"),
        "recruitment:participant_new": _("Write down who asks for support"),
        "recruitment:participant_edit": _("Correct what is written"),
        "recruitment:participant_links": _("One-time links for a participant"),
        "matching:leave_participant": _("Take off the waiting list"),
        "recruitment:note": _("A sensitive note"),
        "recruitment:note_new": _("Write a sensitive note"),
        "recruitment:notes_open": _("Open sensitive notes in an emergency"),
    }),
    Part("consent", _("Consent"), "hand-thumbs-up", {
        "recruitment:consents": _("What somebody said yes and no to"),
        "recruitment:consent_ask": _("Read a text and write down the answer"),
        "recruitment:consent_withdraw": _("Take a yes back"),
        "recruitment:consent_print": _("A form to sign on paper"),
        "recruitment:guardian_new": _("Write down a guardian"),
        "recruitment:guardian_end": _("A guardian answers no more"),
        "recruitment:consent_texts": _("The texts that are read"),
        "recruitment:consent_text": _("Write a new version of a text"),
    }),
    Part("matching", _("Matching and visits"), "link-45deg", {
        "matching:board": _("Who waits, and the best pairs"),
        "matching:candidates": _("Candidates for one participant"),
        "matching:week": _("Free times of several people side by side"),
        "matching:excluded": _("Who does not come into question, and why"),
        "matching:propose": _("Who gets which message before a proposal"),
        "matching:rules": _("How we match: rules and weights"),
        "matching:rules_again": _("Use earlier rules again"),
        "matching:marks": _("Decisions about pairs"),
        "matching:mark_new": _("Decide about two people"),
        "matching:mark_lift": _("Lift a decision about two people"),
        "matching:searches": _("Earlier searches for pairs"),
        "matching:search_repeat": _("Make an earlier search once more"),
        "matching:advice": _("What would help: advice for recruitment"),
        "matching:advice_export": _("The advice as a file to take away"),
        "matching:matches": _("List of matches"),
        "matching:match": _("One match and its visits"),
        "matching:answer": _("Write down an answer to a proposal"),
        "matching:give_link": _("A link for a participant's own phone"),
        "matching:suggestion": _("What follows from a no"),
        "matching:responsible": _("Who of the team is responsible"),
        "matching:connections": _("Who works with whom"),
        "matching:connection_end": _("End that two work together"),
        "matching:plan": _("Plan the first meeting"),
        "matching:meeting_file": _("The first meeting for one's calendar"),
        "matching:introduce": _("First meeting"),
        "matching:explain": _("What was explained before the match"),
        "matching:agree": _("Write an agreement"),
        "matching:agreement": _("Agreement, to read and confirm"),
        "matching:sign": _("Agreement on a phone that is handed over"),
        "matching:agreement_pdf": _("An agreement as PDF"),
        "matching:link_answer": _("The participant's answer, by her link"),
        "matching:link_agree": _("The participant's agreement, by her link"),
        "matching:agreement_text": _("Text of agreements"),
        "matching:review": _("Review of how often to visit"),
        "matching:pause": _("Pause visits"),
        "matching:resume": _("Resume visits"),
        "matching:undo": _("Take a step to fewer visits back"),
        "matching:extend": _("Make the year longer"),
        "matching:cover_match": _("Somebody makes the visits for a while"),
        "matching:cover_end": _("End the cover of a match"),
        "matching:hand_over": _("Hand over to another peer supporter"),
        "matching:close": _("Close a match"),
    }),
    Part("supervision", _("Supervision and concerns"), "shield-exclamation", {
        "supervision:overdue": _("Overdue visits"),
        "supervision:overdue_export": _("The overdue visits as a file to take away"),
        "supervision:overdue_act": _("Remind, or give to somebody else"),
        "supervision:overdue_call": _("Write down a call about a late visit"),
        "matching:cover": _("Cover: who steps in for whom"),
        "matching:deputy_end": _("End standing in for a supervisor"),
        "supervision:concerns": _("List of concerns"),
        "supervision:concern": _("One concern"),
        "matching:requests": _("Requests of peer supporters"),
        "supervision:sessions": _("Supervision sessions"),
        "supervision:session_plan": _("Plan a session"),
        "supervision:session_move": _("Move a planned session"),
        "supervision:session_cancel": _("Cancel a planned session"),
        "supervision:session_new": _("Write down a session"),
    }),
    Part("evaluation", _("Figures and reports"), "bar-chart", {
        "evaluation:evaluation": _("Figures, without names"),
        "evaluation:answers": _("Answers of one participant"),
        "evaluation:reports": _("List of reports"),
        "evaluation:report": _("One report"),
        "evaluation:report_pdf": _("A report as PDF"),
    }),
    Part("programme", _("Programme and team"), "gear", {
        "programmes:team": _("Team"),
        "programmes:team_end": _("End a role"),
        "programmes:team_logout": _("Log out somebody of the team everywhere"),
        "programmes:access": _("Who may see what"),
        "programmes:openings": _("Emergency access: who opened what, and why"),
        "programmes:opening_end": _("End an emergency access"),
        "programmes:settings": _("Rules of the programme"),
        "recruitment:imports": _("Import people"),
        "recruitment:import_template": _("Empty workbook for an import"),
        "recruitment:import_check": _("Check an import"),
        "recruitment:import_done": _("What an import did"),
        "recruitment:import_refused": _("Rows of an import to mend"),
    }),
)  # fmt: skip
# Pages of no programme: the door, one's own log-in, the administrators' pages.
OUTSIDE = (
    Part("door", _("Door"), "door-open", {
        "home:index": _("Front door"),
        "home:link": _("Before a one-time link is opened"),
        "home:link_leave": _("Leave quickly"),
        "home:feed": _("Somebody's own days, for her calendar"),
        "home:health_live": _("Sign of life for the server's watch"),
        "home:security_txt": _("Whom to tell about a hole"),
        "home:security_policy": _("How safe this is, and what it is not"),
        "set_language": _("Choose a language"),
        "phone:offline": _("What a phone keeps, without a name"),
        "phone:worker": _("The script that keeps it"),
        "account_login": _("Log in"),
        "account_logout": _("Log out"),
        "account_signup": _("Sign up (closed)"),
        "account_inactive": _("This log-in is locked"),
        "account_request_login_code": _("Ask for a code by e-mail"),
        "account_confirm_login_code": _("Type the code"),
        "account_reset_password": _("Forgot the password"),
        "account_reset_password_done": _("A letter about the password is on its way"),
        "account_reset_password_from_key": _("Choose a new password"),
        "account_reset_password_from_key_done": _("The new password is set"),
        "account_email_verification_sent": _("A letter about the address is on its way"),
        "account_confirm_email": _("Confirm an e-mail address"),
        "mfa_authenticate": _("Second step of the log-in"),
        "mfa_login_webauthn": _("Log in with a passkey"),
    }),
    Part("account", _("One's own log-in"), "key", {
        "account_email": _("My e-mail addresses"),
        "account_change_password": _("Change my password"),
        "account_set_password": _("Set my first password"),
        "account_reauthenticate": _("Type the password once more"),
        "mfa_reauthenticate": _("Type a code once more"),
        "mfa_reauthenticate_webauthn": _("Show a passkey once more"),
        "home:prove": _("Show once more who I am"),
        "home:protect": _("A second step is needed first"),
        "home:stay": _("Stay logged in"),
        "home:devices": _("My devices"),
        "home:device_end": _("Log out one device"),
        "mfa_list_webauthn": _("My passkeys"),
        "mfa_add_webauthn": _("Add a passkey"),
        "mfa_edit_webauthn": _("Rename a passkey"),
        "mfa_remove_webauthn": _("Remove a passkey"),
        "mfa_index": _("My second step"),
        "mfa_activate_totp": _("Set up the second step"),
        "mfa_deactivate_totp": _("Switch off the second step"),
        "mfa_view_recovery_codes": _("See my recovery codes"),
        "mfa_generate_recovery_codes": _("Make new recovery codes"),
        "mfa_download_recovery_codes": _("Recovery codes as a file"),
        "usersessions_list": _("Where I am logged in"),
    }),
    Part("administration", _("Administration"), "sliders", {
        "home:gallery": _("All components, for makers of pages"),
        "admin:index": _("First page of the administration"),
        "admin:login": _("Way to the log-in"),
        "admin:logout": _("Log out of the administration"),
        "admin:password_change": _("Change my password, in the administration"),
        "admin:password_change_done": _("My password is changed"),
        "admin:autocomplete": _("Suggestions while typing"),
        "admin:jsi18n": _("Words for the scripts"),
        "admin:view_on_site": _("From a row to its page"),
        "admin:auth_user_password_change": _("Set somebody's password"),
        "admin:dead_letters": _("Messages of all programmes that could not be sent"),
        "admin:open_files": _("Open the files of a programme for an hour"),
        "admin:app_list": _("Tables of one part"),
        "admin:": _("Any other address of the administration"),
    }),
)  # fmt: skip
# The administration of one table: the end of the address's name.
TABLES = {
    "changelist": _("%(table)s: list"),
    "add": _("%(table)s: add"),
    "history": _("%(table)s: history"),
    "delete": _("%(table)s: delete"),
    "change": _("%(table)s: change"),
}

ROLE_WORDS: dict[str, Any] = {
    Role.COORDINATOR: _(
        "Runs the programme: sees everybody in it and everything written, takes people on, makes matches, imports "
        "lists, gives and ends roles and sets the rules."
    ),
    Role.SUPERVISOR: _(
        "Stands behind the peer supporters: sees everybody and every visit, follows up concerns, decides reviews and "
        "writes down supervision and consent. Takes nobody on and changes no rule."
    ),
    Role.PROFESSIONAL: _(
        "Works beside the programme: reads about people and matches. Reads no visit, no concern and no sensitive note, "
        "and changes nothing. In an emergency she opens one person's notes for an hour; the coordinators are told."
    ),
    Role.PEER_SUPPORTER: _(
        "Sees the people she supports now, and what she wrote herself. A proposal comes without a name. When a match "
        "ends, it leaves her pages the same moment."
    ),
    Role.TRAINER: _(
        "Sees who is in training and the certificates she gave herself. Sees no participant, no match and no visit."
    ),
    Role.EVALUATOR: _(
        "Works with figures: sees counts, charts and reports, and makes reports. Sees no name of anybody who supports "
        "or is supported."
    ),
    Role.STEERING_MEMBER: _(
        "Reads figures and reports. Sees no name of anybody who supports or is supported, and changes nothing."
    ),
}
OTHER_WORDS = (
    (
        "person",
        _("Participant"),
        _(
            "Has no log-in. A coordinator can give her a link that shows who can see what is written about her and who "
            "has looked; the rest she is told by the team."
        ),
    ),
    (
        "link-45deg",
        _("Holder of a one-time link"),
        _("Opens what that link is for, and nothing else."),
    ),
    (
        "building",
        _("People of other programmes"),
        _("Get the same answer as for a page that does not exist, whatever their role is there."),
    ),
    (
        "sliders",
        _("Administrator"),
        _(
            "Makes programmes and log-ins on pages of their own. Has no role in a programme, and so sees nobody's file "
            "and none of these pages. In need she opens the files of one programme for an hour, to read and with a "
            "reason; the coordinators are told at once. Sensitive notes stay closed."
        ),
    ),
)


def title_of(name: str) -> Any:
    """What the page of this address is called; empty when nobody gave it a title yet."""
    for part in (*PARTS, *OUTSIDE):
        if name in part.pages:
            return part.pages[name]
    return _table_title(name)


def part_of(name: str) -> Part | None:
    """The part in which people look for it."""
    found = next((part for part in (*PARTS, *OUTSIDE) if name in part.pages), None)
    return found or (OUTSIDE[-1] if name.startswith("admin:") else None)


def _table_title(name: str) -> str:
    """“Log-ins: list”, for the administration of a table."""
    for model in apps.get_models():
        start = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        if name.startswith(start) and name.removeprefix(start) in TABLES:
            words = {"table": capfirst(str(model._meta.verbose_name_plural))}
            return str(TABLES[name.removeprefix(start)] % words)
    return ""
