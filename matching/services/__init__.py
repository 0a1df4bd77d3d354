"""What happens in matching, by subject: pairing.py is pure; here are the deeds."""

from matching.services.answering import accept_for_participant, accept_match, decline_match
from matching.services.covering import arrange_cover, end_cover
from matching.services.deputising import arrange_deputy, end_deputy
from matching.services.leaving import let_participant_go, let_supporter_go
from matching.services.marking import lift_mark, mark_pair
from matching.services.meeting import agree_match, close_match, introduce_match
from matching.services.pausing import pause_match, resume_match
from matching.services.planning import extend_plan, undo_step
from matching.services.reviewing import record_review
from matching.services.ruling import set_rules
from matching.services.running import ask_search, run_search, search_pairs
from matching.services.sweeping import SweepResult, sweep
from matching.services.visiting import log_visit, settle_concern

__all__ = [
    "SweepResult",
    "accept_for_participant",
    "accept_match",
    "agree_match",
    "arrange_cover",
    "arrange_deputy",
    "ask_search",
    "close_match",
    "decline_match",
    "end_cover",
    "end_deputy",
    "extend_plan",
    "introduce_match",
    "let_participant_go",
    "let_supporter_go",
    "lift_mark",
    "log_visit",
    "mark_pair",
    "pause_match",
    "record_review",
    "resume_match",
    "run_search",
    "search_pairs",
    "set_rules",
    "settle_concern",
    "sweep",
    "undo_step",
]
