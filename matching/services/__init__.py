"""What happens in matching, by subject: pairing.py is pure; here are the deeds."""

from matching.services.answering import accept_for_participant, accept_match, decline_match
from matching.services.correcting import ChangedMeanwhile, correct_visit, withdraw_visit
from matching.services.helping import answer_help, ask_help, log_work, withdraw_work
from matching.services.leaving import let_participant_go, let_supporter_go
from matching.services.marking import lift_mark, mark_pair
from matching.services.meeting import agree_match, close_match, introduce_match
from matching.services.pausing import pause_match, resume_match
from matching.services.reviewing import record_review
from matching.services.ruling import set_rules
from matching.services.running import ask_search, run_search, search_pairs
from matching.services.sweeping import SweepResult, sweep
from matching.services.visiting import SameDay, log_shared_visit, log_visit, settle_concern

__all__ = [
    "ChangedMeanwhile",
    "SameDay",
    "SweepResult",
    "accept_for_participant",
    "accept_match",
    "agree_match",
    "answer_help",
    "ask_help",
    "ask_search",
    "close_match",
    "correct_visit",
    "decline_match",
    "introduce_match",
    "let_participant_go",
    "let_supporter_go",
    "lift_mark",
    "log_shared_visit",
    "log_visit",
    "log_work",
    "mark_pair",
    "pause_match",
    "record_review",
    "resume_match",
    "run_search",
    "search_pairs",
    "set_rules",
    "settle_concern",
    "sweep",
    "withdraw_visit",
    "withdraw_work",
]
