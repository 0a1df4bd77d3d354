"""Who may do what: the one table. Pages, querysets and tests read it; nobody decides rights elsewhere."""

from enum import StrEnum

from programmes.choices import Role


class Permission(StrEnum):
    """One right inside one programme."""

    PROGRAMME_SEE = "programme.see"
    PROGRAMME_SET = "programme.set"
    TEAM_MANAGE = "team.manage"
    PEOPLE_VIEW = "people.view"
    PEOPLE_EDIT = "people.edit"
    PEOPLE_IMPORT = "people.import"
    PEOPLE_EXPORT = "people.export"
    NOTE_ASK = "note.ask"  # sees that there are sensitive notes, and may open them in an emergency
    NOTE_READ = "note.read"
    NOTE_SUPERVISE = "note.supervise"  # what stays between a peer supporter and her supervisor
    NOTE_WRITE = "note.write"
    ACCESS_WATCH = "access.watch"
    CONSENT_RECORD = "consent.record"
    APPLICATION_DECIDE = "application.decide"
    TRAINING_VIEW = "training.view"
    TRAINING_ASSESS = "training.assess"
    MATCH_VIEW = "match.view"
    MATCH_PROPOSE = "match.propose"
    MATCH_ANSWER = "match.answer"
    MATCH_MANAGE = "match.manage"
    VISIT_LOG = "visit.log"
    VISIT_VIEW = "visit.view"
    REVIEW_DECIDE = "review.decide"
    CONCERN_FOLLOW = "concern.follow"
    SUPERVISION_LOG = "supervision.log"
    EVALUATION_RECORD = "evaluation.record"
    REPORT_VIEW = "report.view"
    REPORT_MAKE = "report.make"


P = Permission

ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.COORDINATOR: frozenset(P) - {P.MATCH_ANSWER, P.NOTE_SUPERVISE},
    Role.SUPERVISOR: frozenset({
        P.PROGRAMME_SEE, P.PEOPLE_VIEW, P.TRAINING_VIEW, P.MATCH_VIEW, P.MATCH_MANAGE, P.VISIT_VIEW, P.VISIT_LOG,
        P.REVIEW_DECIDE, P.CONSENT_RECORD, P.CONCERN_FOLLOW, P.SUPERVISION_LOG, P.EVALUATION_RECORD, P.REPORT_VIEW,
        P.PEOPLE_EXPORT, P.NOTE_ASK, P.NOTE_READ, P.NOTE_SUPERVISE, P.NOTE_WRITE,
    }),
    Role.PROFESSIONAL: frozenset({P.PROGRAMME_SEE, P.PEOPLE_VIEW, P.PEOPLE_EXPORT, P.MATCH_VIEW, P.NOTE_ASK}),
    Role.PEER_SUPPORTER: frozenset({P.MATCH_ANSWER, P.VISIT_LOG}),
    Role.TRAINER: frozenset({P.PROGRAMME_SEE, P.TRAINING_VIEW, P.TRAINING_ASSESS}),
    Role.EVALUATOR: frozenset({P.PROGRAMME_SEE, P.REPORT_VIEW, P.REPORT_MAKE}),
    Role.STEERING_MEMBER: frozenset({P.PROGRAMME_SEE, P.REPORT_VIEW}),
}  # fmt: skip
# An administrator who opened a programme's files for an hour reads, and takes nothing away.
OPENED_PERMISSIONS = frozenset({P.PROGRAMME_SEE, P.PEOPLE_VIEW, P.MATCH_VIEW})


def permissions_of(roles: frozenset[str]) -> frozenset[str]:
    """All rights that these roles give together."""
    return frozenset(str(right) for role in roles for right in ROLE_PERMISSIONS.get(role, frozenset()))
