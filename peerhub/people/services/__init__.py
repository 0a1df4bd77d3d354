"""What happens to people: moves, consents, log-ins, drafts, links, notes, and the record of who looked."""

from peerhub.people.services.consenting import (
    add_representative,
    end_representative,
    record_consent,
    take_over_consents,
    withdraw_consent,
    write_consent_text,
)
from peerhub.people.services.drafting import drop_draft, drop_old_drafts, keep_draft, typed_in
from peerhub.people.services.linking import (
    end_calendar,
    hash_of,
    link_of,
    make_link,
    open_link,
    read_calendar,
    renew_calendar,
    revoke_links,
    use_link,
)
from peerhub.people.services.logins import (
    INVITED_FOR,
    end_invitation,
    end_sessions,
    give_login,
    log_out_everywhere,
    renew_invitation,
)
from peerhub.people.services.looking import record_looks
from peerhub.people.services.moving import move, record_change, record_changes
from peerhub.people.services.noting import (
    Version,
    correct_note,
    open_grant,
    outline_of,
    read_note,
    write_note,
)

__all__ = [
    "INVITED_FOR",
    "Version",
    "add_representative",
    "correct_note",
    "drop_draft",
    "drop_old_drafts",
    "end_calendar",
    "end_invitation",
    "end_representative",
    "end_sessions",
    "give_login",
    "hash_of",
    "keep_draft",
    "link_of",
    "log_out_everywhere",
    "make_link",
    "move",
    "open_grant",
    "open_link",
    "outline_of",
    "read_calendar",
    "read_note",
    "record_change",
    "record_changes",
    "record_consent",
    "record_looks",
    "renew_calendar",
    "renew_invitation",
    "revoke_links",
    "take_over_consents",
    "typed_in",
    "use_link",
    "withdraw_consent",
    "write_consent_text",
    "write_note",
]
