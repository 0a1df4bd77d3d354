"""The statements of the sweep that tell people. Each begins from ``day``: the programmes asked for, with their today.

Each looks first for what was written before (so that a second sweep of the day costs little) and leaves the last word
to the unique key of the outbox (so that two sweeps at once write a message once). What was written before and taken
back, because of a pause or a cover that is over by now, waits anew; what a coordinator dropped does not.
"""

from peerhub.notices.choices import DROPPED

# Two sweeps at once would write the same rows in another order and block each other; the second waits and finds
# everything done. The lock ends with the transaction, also when the sweep is killed. Compiling these statements would
# take longer than running them.
ONE_AT_A_TIME = "SET LOCAL jit = off; SELECT pg_advisory_xact_lock(hashtext('matching.sweep'))"

# How much there is to do in each programme, to commit in chunks.
SIZES = """
SELECT p.id, count(m.id) FROM programmes_programme p
LEFT JOIN matching_match m ON m.programme_id = p.id AND m.status IN ('agreed', 'active', 'paused')
WHERE %(programme)s::bigint IS NULL OR p.id = %(programme)s
GROUP BY p.id ORDER BY p.id"""

DAY = """
WITH day AS (
    SELECT id AS programme_id, slug, timezone, reminder_lead_days,
           COALESCE(%(on)s::date, (%(now)s::timestamptz AT TIME ZONE timezone)::date) AS today
    FROM programmes_programme
    WHERE id = ANY(%(programmes)s)
)"""

NOTICE = """
    INSERT INTO notices_notice (programme_id, kind, recipient_id, subject, period, link, due_on, status, send_after,
                                attempts, error, created_at)"""


def _write(kind: str, name: str) -> str:
    """Write the messages of ``found``, which were not written before; let those wait again that were taken back.

    ``found`` is worked out for each of the two: keeping half a million rows aside would take longer, and where nothing
    was taken back the first is not worked out at all. Only sweeps write these kinds, one at a time, so that nothing
    has to be tried first for each row; should somebody write one meanwhile, the sweep begins anew (``sweeping``).
    """
    return f"""
again AS (
    UPDATE notices_notice n SET status = 'waiting', send_after = %(now)s, created_at = %(now)s, attempts = 0,
        error = '', channel = '', leased_until = NULL, attempted_at = NULL, released_at = NULL, digest_on = NULL
    FROM found WHERE n.kind = '{kind}' AND n.status = 'cancelled' AND n.error <> '{DROPPED}'
        AND n.recipient_id = found.recipient_id AND n.subject = found.subject AND n.period = found.period
    RETURNING 1
), written AS ({NOTICE}
    SELECT programme_id, '{kind}', recipient_id, subject, period, link, due_on, 'waiting', %(now)s, 0, '', %(now)s
    FROM found WHERE NOT EXISTS (
        SELECT FROM notices_notice n WHERE n.kind = '{kind}' AND n.recipient_id = found.recipient_id
            AND n.subject = found.subject AND n.period = found.period)
    RETURNING 1
)
SELECT (SELECT count(*) FROM written) + (SELECT count(*) FROM again) AS {name}"""


# Who hears of a match: the peer supporter's supervisor, or who stands in for her today; the coordinators where there
# is none (any more).
TOLD = """
    JOIN recruitment_peersupporter s ON s.id = m.supporter_id
    LEFT JOIN programmes_membership boss ON boss.id = s.supervisor_id AND boss.ends_on IS NULL
    LEFT JOIN matching_deputy away
        ON away.supervisor_id = boss.id AND day.today BETWEEN away.starts_on AND away.ends_on
    LEFT JOIN programmes_membership stand_in ON stand_in.id = away.deputy_id AND stand_in.ends_on IS NULL
    JOIN LATERAL (
        SELECT COALESCE(stand_in.person_id, boss.person_id) AS person_id WHERE boss.id IS NOT NULL
        UNION ALL
        SELECT c.person_id FROM programmes_membership c
        WHERE boss.id IS NULL AND c.programme_id = m.programme_id AND c.role = 'coordinator' AND c.ends_on IS NULL
    ) told ON TRUE"""


def _tell(kind: str, period: str, matches: str, name: str) -> str:
    """One message of a kind to who hears of each match found, once for each period."""
    return (
        DAY
        + f""",
found AS NOT MATERIALIZED (
    SELECT m.programme_id, told.person_id AS recipient_id, 'match:' || m.id AS subject, {period}::text AS period,
           '/p/' || day.slug || '/matches/' || m.id || '/' AS link, {period} AS due_on
    FROM {matches.format(told=TOLD)}
), {_write(kind, name)}"""
    )


# One reminder for each due date, to who makes the visit: the peer supporter, or the substitute while she covers.
REMIND = (
    DAY
    + f""",
found AS NOT MATERIALIZED (
    SELECT m.programme_id, COALESCE(c.substitute_person_id, m.supporter_person_id) AS recipient_id,
           'match:' || m.id AS subject, m.next_due_on::text AS period,
           '/p/' || day.slug || '/visits/' || m.id || '/log/' AS link, m.next_due_on AS due_on
    FROM matching_match m JOIN day USING (programme_id)
    LEFT JOIN matching_cover c
        ON c.match_id = m.id AND GREATEST(m.next_due_on, day.today) BETWEEN c.starts_on AND c.ends_on
    WHERE m.status IN ('agreed', 'active') AND m.next_due_on <= day.today + day.reminder_lead_days
      AND (c.id IS NULL OR c.starts_on <= day.today)
), {_write("visit_reminder", "reminders")}"""
)

# Once for each due date that passed its grace: the supervisor is told.
TELL_OVERDUE = _tell(
    "visit_overdue", "m.next_due_on",
    "matching_match m JOIN day USING (programme_id){told} "
    "WHERE m.status IN ('agreed', 'active') AND m.next_due_on < day.today AND m.next_due_on < day.today - m.grace",
    "overdue_told",
)  # fmt: skip

# Visits are planned anew again and again, but none is held: once for each such silence.
TELL_SILENT = _tell(
    "no_contact", "m.last_held_on",
    "matching_match m JOIN day USING (programme_id){told} "
    "WHERE m.status = 'active' AND m.next_due_on IS NOT NULL AND m.last_held_on < day.today - m.grace - 2 * m.interval "
    "AND NOT EXISTS (SELECT 1 FROM matching_pause p WHERE p.match_id = m.id "
    "AND p.resumed_on >= day.today - m.grace - 2 * m.interval)",
    "silent_told",
)  # fmt: skip

# Once for each review that falls due.
ASK_REVIEW = _tell(
    "review_due", "plan.review_due_on",
    "matching_visitplan plan JOIN day USING (programme_id) JOIN matching_match m ON m.id = plan.match_id{told} "
    "WHERE plan.review_due_on <= day.today AND m.status = 'active'",
    "reviews",
)  # fmt: skip

# Two weeks before the year is over: time for the closing talk.
ASK_CLOSING = _tell(
    "year_ends", "plan.ends_on",
    "matching_visitplan plan JOIN day USING (programme_id) JOIN matching_match m ON m.id = plan.match_id{told} "
    "WHERE plan.ends_on <= day.today + 14 AND m.status IN ('active', 'paused')",
    "ended",
)  # fmt: skip

COUNT = (
    DAY
    + """
SELECT count(*) AS due, count(*) FILTER (WHERE m.next_due_on < day.today - m.grace) AS overdue
FROM matching_match m JOIN day USING (programme_id)
WHERE m.status IN ('agreed', 'active') AND m.next_due_on <= day.today"""
)

# Where an administrator sees that the sweep came by.
MARK = (
    DAY
    + """,
marks AS (
    INSERT INTO matching_sweepmark (programme_id, swept_at, swept_on) SELECT programme_id, %(now)s, today FROM day
    ON CONFLICT (programme_id) DO UPDATE
        SET swept_at = GREATEST(matching_sweepmark.swept_at, EXCLUDED.swept_at),
            swept_on = GREATEST(matching_sweepmark.swept_on, EXCLUDED.swept_on)
    RETURNING 1
)
SELECT count(*) AS programmes FROM marks"""
)

STATEMENTS = (REMIND, TELL_OVERDUE, TELL_SILENT, ASK_REVIEW, ASK_CLOSING, COUNT, MARK)
