"""What happens to people: moves, consents, log-ins, drafts, and the record of who looked."""

from peerhub.people.services.consenting import (
    add_representative,
    end_representative,
    record_consent,
    take_over_consents,
    withdraw_consent,
    write_consent_text,
)
from peerhub.people.services.drafting import drop_draft, drop_old_drafts, keep_draft, typed_in
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

__all__ = [
    "INVITED_FOR",
    "add_representative",
    "drop_draft",
    "drop_old_drafts",
    "end_invitation",
    "end_representative",
    "end_sessions",
    "give_login",
    "keep_draft",
    "log_out_everywhere",
    "move",
    "record_change",
    "record_changes",
    "record_consent",
    "record_looks",
    "renew_invitation",
    "take_over_consents",
    "typed_in",
    "withdraw_consent",
    "write_consent_text",
]
