"""What happens in recruitment, by subject: applications, people in their roles, import."""

from recruitment.services.applying import decide_application, hold_meeting, submit_application, withdraw_application
from recruitment.services.campaigning import (
    close_campaign,
    name_campaign,
    reopen_campaign,
    save_campaign,
    start_campaign,
)
from recruitment.services.noting import note_about
from recruitment.services.people import (
    activate_supporter,
    add_participant,
    add_supporter,
    change_supervisor,
    close_participant,
    end_supporter,
    invite_supporter,
    pause_supporter,
    resume_supporter,
    save_participant,
    save_supporter,
    take_on_supporter,
)

__all__ = [
    "activate_supporter",
    "add_participant",
    "add_supporter",
    "change_supervisor",
    "close_campaign",
    "close_participant",
    "decide_application",
    "end_supporter",
    "hold_meeting",
    "invite_supporter",
    "name_campaign",
    "note_about",
    "pause_supporter",
    "reopen_campaign",
    "resume_supporter",
    "save_campaign",
    "save_participant",
    "save_supporter",
    "start_campaign",
    "submit_application",
    "take_on_supporter",
    "withdraw_application",
]
