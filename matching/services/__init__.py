"""What happens in matching, by subject: pairing.py is pure; here are the deeds."""

from matching.services.advising import advice_for
from matching.services.agreeing import (
    confirm_agreement,
    current_text,
    explain_to_participant,
    language_of,
    move_goal,
    print_agreement,
    write_agreement,
    write_text,
)
from matching.services.answering import (
    accept_for_participant,
    accept_match,
    decline_match,
    name_responsible,
    reveal_match,
    think_for_participant,
)
from matching.services.connecting import connect, end_connection
from matching.services.correcting import ChangedMeanwhile, correct_visit, withdraw_visit
from matching.services.covering import arrange_cover, end_cover
from matching.services.deputising import arrange_deputy, end_deputy, who_visits
from matching.services.following import settle_suggestion, suggestion_of
from matching.services.helping import answer_help, ask_help, log_work, withdraw_work
from matching.services.leaving import hand_over_match, let_participant_go, let_supporter_go
from matching.services.marking import lift_mark, mark_pair
from matching.services.meeting import agree_match, close_match, introduce_match, plan_meeting
from matching.services.pausing import pause_match, resume_match
from matching.services.planning import extend_plan, undo_step
from matching.services.reviewing import record_review
from matching.services.ruling import set_rules
from matching.services.running import ask_search, end_searches, run_search, search_pairs
from matching.services.sweeping import SweepResult, sweep
from matching.services.visiting import SameDay, log_shared_visit, log_visit, settle_concern

__all__ = [
    "ChangedMeanwhile",
    "SameDay",
    "SweepResult",
    "accept_for_participant",
    "accept_match",
    "advice_for",
    "agree_match",
    "answer_help",
    "arrange_cover",
    "arrange_deputy",
    "ask_help",
    "ask_search",
    "close_match",
    "confirm_agreement",
    "connect",
    "correct_visit",
    "current_text",
    "decline_match",
    "end_connection",
    "end_cover",
    "end_deputy",
    "end_searches",
    "explain_to_participant",
    "extend_plan",
    "hand_over_match",
    "introduce_match",
    "language_of",
    "let_participant_go",
    "let_supporter_go",
    "lift_mark",
    "log_shared_visit",
    "log_visit",
    "log_work",
    "mark_pair",
    "move_goal",
    "name_responsible",
    "pause_match",
    "plan_meeting",
    "print_agreement",
    "record_review",
    "resume_match",
    "reveal_match",
    "run_search",
    "search_pairs",
    "set_rules",
    "settle_concern",
    "settle_suggestion",
    "suggestion_of",
    "sweep",
    "think_for_participant",
    "undo_step",
    "who_visits",
    "withdraw_visit",
    "withdraw_work",
    "write_agreement",
    "write_text",
]
