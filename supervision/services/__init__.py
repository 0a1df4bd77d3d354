"""What happens in supervision: concerns and late visits are followed up, moments of support are planned and held."""

from supervision.services.following import (
    REMIND_AGAIN_AFTER,
    close_concern,
    note_call,
    read_concern,
    remind_supporter,
    take_up_concern,
    write_summaries,
)
from supervision.services.sessions import (
    cancel_session,
    move_session,
    plan_session,
    record_session,
    remind_of_sessions,
)

__all__ = [
    "REMIND_AGAIN_AFTER",
    "cancel_session",
    "close_concern",
    "move_session",
    "note_call",
    "plan_session",
    "read_concern",
    "record_session",
    "remind_of_sessions",
    "remind_supporter",
    "take_up_concern",
    "write_summaries",
]
