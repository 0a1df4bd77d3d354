"""The statements of the sweep. Each begins from ``day``: the programmes asked for, with today's date in each."""

from matching.querysets import GRACE, LONGEST_GRACE

# Two sweeps at once would write the same rows in another order and block each other; the second waits and finds
# everything done. The lock ends with the transaction, also when the sweep is killed.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('matching.sweep'))"

DAY = """
WITH day AS (
    SELECT id AS programme_id, slug, reminder_lead_days,
           COALESCE(%(on)s::date, (%(now)s::timestamptz AT TIME ZONE timezone)::date) AS today
    FROM programmes_programme
    WHERE %(programme)s::bigint IS NULL OR id = %(programme)s
)"""

GRACE_SQL = "CASE m.interval " + " ".join(f"WHEN {k} THEN {v}" for k, v in GRACE.items()) + f" ELSE {LONGEST_GRACE} END"

# A pause whose day of resuming has come: the year, its gates and the open due date move, the match goes on.
RESUME = (
    DAY
    + """,
over AS (
    SELECT p.id, p.match_id, p.starts_on, p.expected_on, p.due_before, p.programme_id,
           p.expected_on - p.starts_on AS days
    FROM matching_pause p JOIN day USING (programme_id) JOIN matching_match m ON m.id = p.match_id
    WHERE p.resumed_on IS NULL AND p.expected_on <= day.today AND m.status = 'paused'
    FOR UPDATE OF p SKIP LOCKED
), ended AS (
    UPDATE matching_pause p SET resumed_on = over.expected_on FROM over WHERE p.id = over.id RETURNING p.match_id
), plans AS (
    UPDATE matching_visitplan plan SET
        ends_on = plan.ends_on + over.days,
        gates = ARRAY(SELECT CASE WHEN gate > over.starts_on THEN gate + over.days ELSE gate END
                      FROM unnest(plan.gates) AS gate),
        gate_on = CASE WHEN plan.gate_on > over.starts_on THEN plan.gate_on + over.days ELSE plan.gate_on END,
        review_due_on = CASE WHEN plan.gate_on > over.starts_on THEN plan.review_due_on + over.days
                             ELSE plan.review_due_on END
    FROM over WHERE plan.match_id = over.match_id
    RETURNING plan.match_id, plan.ends_on
), matches AS (
    UPDATE matching_match m SET status = 'active',
        next_due_on = CASE WHEN over.due_before IS NOT NULL
                                AND GREATEST(over.due_before, over.expected_on) < plans.ends_on
                           THEN GREATEST(over.due_before, over.expected_on) END
    FROM over JOIN plans USING (match_id) WHERE m.id = over.match_id AND m.status = 'paused'
    RETURNING m.id, m.programme_id
), history AS (
    INSERT INTO people_statechange (programme_id, subject, subject_id, before, after, reason, at)
    SELECT programme_id, 'matching.match', id, 'paused', 'active', 'the pause is over', %(now)s FROM matches
)
SELECT count(*) FROM ended"""
)

# At the gate: the newest review about this step allows it, nothing newer says otherwise, no concern is open and none of
# the last three visits held says that more help is needed. Then one step down the ladder, and the next gate.
STEP_DOWN = (
    DAY
    + """,
ready AS (
    SELECT plan.id AS plan_id, plan.match_id, plan.programme_id, plan.gate_on, plan.ends_on, plan.gates,
           plan.review_lead_days, review.id AS review_id, m.last_held_on,
           -- a step that was held before is taken from today on; one that only was not looked at yet, from its gate on
           CASE WHEN EXISTS (SELECT 1 FROM matching_segment s WHERE s.plan_id = plan.id AND s.starts_on = plan.gate_on)
                THEN day.today ELSE GREATEST(plan.gate_on, review.held_on) END AS from_on,
           (SELECT min(step) FROM unnest(plan.ladder) AS step WHERE step > m.interval) AS interval
    FROM matching_visitplan plan
    JOIN day USING (programme_id)
    JOIN matching_match m ON m.id = plan.match_id
    JOIN LATERAL (
        SELECT r.id, r.decision, r.request_allows, r.held_on FROM matching_review r
        WHERE r.match_id = m.id ORDER BY r.held_on DESC, r.id DESC LIMIT 1
    ) review ON review.decision = 'step_down' AND review.request_allows
    WHERE plan.gate_on <= day.today AND plan.gate_on < plan.ends_on AND m.status = 'active'
      AND plan.review_due_on IS NULL
      AND NOT EXISTS (
          SELECT 1 FROM matching_segment used WHERE used.plan_id = plan.id AND used.review_id = review.id)
      AND NOT EXISTS (
          SELECT 1 FROM matching_visit v
          WHERE v.match_id = m.id AND v.has_concern AND v.concern_settled_at IS NULL)
      AND NOT EXISTS (
          SELECT 1 FROM (
              SELECT v.request FROM matching_visit v WHERE v.match_id = m.id AND v.outcome = 'held'
              ORDER BY v.occurred_on DESC, v.id DESC LIMIT 3) latest
          WHERE latest.request = 'more')
    FOR UPDATE OF plan, m SKIP LOCKED
), steps AS (
    SELECT * FROM ready WHERE interval IS NOT NULL
), segments AS (
    INSERT INTO matching_segment (programme_id, plan_id, starts_on, interval, reason, review_id, allows_decrease)
    SELECT programme_id, plan_id, from_on, interval, 'step_down', review_id, TRUE FROM steps
    ON CONFLICT (plan_id, starts_on) DO UPDATE
        SET interval = EXCLUDED.interval, reason = 'step_down', review_id = EXCLUDED.review_id, allows_decrease = TRUE
    RETURNING plan_id
), plans AS (
    UPDATE matching_visitplan plan SET
        gate_on = coming.gate, review_due_on = coming.gate - plan.review_lead_days
    FROM steps CROSS JOIN LATERAL (
        SELECT min(gate) AS gate FROM unnest(steps.gates) AS gate WHERE gate > steps.from_on) coming
    WHERE plan.id = steps.plan_id
), matches AS (
    UPDATE matching_match m SET interval = steps.interval,
        next_due_on = CASE
            WHEN m.last_held_on < steps.from_on OR m.last_held_on IS NULL THEN m.next_due_on
            WHEN m.last_held_on + steps.interval < steps.ends_on
                THEN GREATEST(m.next_due_on, m.last_held_on + steps.interval) END
    FROM steps WHERE m.id = steps.match_id
    RETURNING m.id, m.programme_id, steps.from_on
), history AS (
    INSERT INTO people_statechange (programme_id, subject, subject_id, before, after, reason, at)
    SELECT programme_id, 'matching.match', id, '', 'step_down', '', %(now)s FROM matches
), told AS (
    INSERT INTO notices_notice (programme_id, kind, recipient_id, subject, period, link, due_on, status, send_after,
                                attempts, error, created_at)
    SELECT m.programme_id, 'frequency_changed', m.supporter_person_id, 'match:' || m.id, matches.from_on::text,
           '/p/' || day.slug || '/today/', matches.from_on, 'waiting', %(now)s, 0, '', %(now)s
    FROM matches JOIN matching_match m ON m.id = matches.id JOIN day ON day.programme_id = m.programme_id
    ON CONFLICT DO NOTHING
)
SELECT count(*) FROM segments"""
)

# A gate passed without a review that allows less: the frequency is held, and that is written down once.
HOLD = (
    DAY
    + """,
held AS (
    INSERT INTO matching_segment (programme_id, plan_id, starts_on, interval, reason, allows_decrease)
    SELECT plan.programme_id, plan.id, plan.gate_on, m.interval, 'hold', FALSE
    FROM matching_visitplan plan
    JOIN day USING (programme_id)
    JOIN matching_match m ON m.id = plan.match_id
    WHERE plan.gate_on <= day.today AND plan.gate_on < plan.ends_on AND m.status = 'active'
      AND NOT EXISTS (
          SELECT 1 FROM matching_segment s WHERE s.plan_id = plan.id AND s.starts_on = plan.gate_on)
    ON CONFLICT (plan_id, starts_on) DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM held"""
)

_NOTICE = """
    INSERT INTO notices_notice (programme_id, kind, recipient_id, subject, period, link, due_on, status, send_after,
                                attempts, error, created_at)"""

# One reminder to the peer supporter for each due date.
REMIND = (
    DAY
    + f""",
written AS ({_NOTICE}
    SELECT m.programme_id, 'visit_reminder', m.supporter_person_id, 'match:' || m.id, m.next_due_on::text,
           '/p/' || day.slug || '/visits/' || m.id || '/log/', m.next_due_on, 'waiting', %(now)s, 0, '', %(now)s
    FROM matching_match m JOIN day USING (programme_id)
    WHERE m.status IN ('agreed', 'active') AND m.next_due_on <= day.today + day.reminder_lead_days
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM written"""
)

# Who hears of a match: the peer supporter's supervisor; the coordinators where there is none (any more).
TOLD = """
    JOIN recruitment_peersupporter s ON s.id = m.supporter_id
    LEFT JOIN programmes_membership boss ON boss.id = s.supervisor_id AND boss.ends_on IS NULL
    JOIN LATERAL (
        SELECT boss.person_id WHERE boss.id IS NOT NULL
        UNION ALL
        SELECT c.person_id FROM programmes_membership c
        WHERE boss.id IS NULL AND c.programme_id = m.programme_id AND c.role = 'coordinator' AND c.ends_on IS NULL
    ) told ON TRUE"""

# Once for each due date that passed its grace: the supervisor is told.
TELL_OVERDUE = (
    DAY
    + f""",
written AS ({_NOTICE}
    SELECT m.programme_id, 'visit_overdue', told.person_id, 'match:' || m.id, m.next_due_on::text,
           '/p/' || day.slug || '/matches/' || m.id || '/', m.next_due_on, 'waiting', %(now)s, 0, '', %(now)s
    FROM matching_match m JOIN day USING (programme_id){TOLD}
    WHERE m.status IN ('agreed', 'active') AND m.next_due_on < day.today - {GRACE_SQL}
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM written"""
)

# Once for each review that falls due.
ASK_REVIEW = (
    DAY
    + f""",
written AS ({_NOTICE}
    SELECT m.programme_id, 'review_due', told.person_id, 'match:' || m.id, plan.review_due_on::text,
           '/p/' || day.slug || '/matches/' || m.id || '/', plan.review_due_on, 'waiting', %(now)s, 0, '', %(now)s
    FROM matching_visitplan plan
    JOIN day USING (programme_id)
    JOIN matching_match m ON m.id = plan.match_id{TOLD}
    WHERE plan.review_due_on <= day.today AND m.status = 'active'
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM written"""
)

# Two weeks before the year is over: time for the closing talk.
ASK_CLOSING = (
    DAY
    + f""",
written AS ({_NOTICE}
    SELECT m.programme_id, 'year_ends', told.person_id, 'match:' || m.id, plan.ends_on::text,
           '/p/' || day.slug || '/matches/' || m.id || '/', plan.ends_on, 'waiting', %(now)s, 0, '', %(now)s
    FROM matching_visitplan plan
    JOIN day USING (programme_id)
    JOIN matching_match m ON m.id = plan.match_id{TOLD}
    WHERE plan.ends_on <= day.today + 14 AND m.status IN ('active', 'paused')
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM written"""
)

COUNT_DUE = (
    DAY
    + """
SELECT count(*) FROM matching_match m JOIN day USING (programme_id)
WHERE m.status IN ('agreed', 'active') AND m.next_due_on <= day.today"""
)

COUNT_OVERDUE = (
    DAY
    + f"""
SELECT count(*) FROM matching_match m JOIN day USING (programme_id)
WHERE m.status IN ('agreed', 'active') AND m.next_due_on < day.today - {GRACE_SQL}"""
)

STATEMENTS = (
    ("resumed", RESUME),
    ("step_downs", STEP_DOWN),
    ("holds", HOLD),
    ("due", COUNT_DUE),
    ("reminders", REMIND),
    ("overdue", COUNT_OVERDUE),
    ("overdue_told", TELL_OVERDUE),
    ("reviews", ASK_REVIEW),
    ("ended", ASK_CLOSING),
)
