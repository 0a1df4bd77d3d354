"""The statements of the sweep that change plans: pauses begin and end, steps are taken, held or put off."""

from matching.services.sweep_sql import DAY, NOTICE, TOLD

# What speaks against a step down: a concern that nobody settled, or more help needed at one of the last three visits.
CONCERN = """EXISTS (
          SELECT 1 FROM matching_visit v
          WHERE v.match_id = m.id AND v.has_concern AND v.concern_settled_at IS NULL)"""
MORE_HELP = """EXISTS (
          SELECT 1 FROM (
              SELECT v.request FROM matching_visit v WHERE v.match_id = m.id AND v.outcome = 'held'
              ORDER BY v.occurred_on DESC, v.id DESC LIMIT 3) latest
          WHERE latest.request = 'more')"""

# Plans whose gate has come with a newest review that allows the step and was not used for one before.
ALLOWED = """
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
          SELECT 1 FROM matching_segment used WHERE used.plan_id = plan.id AND used.review_id = review.id)"""

# A pause that was planned and whose first day has come.
BEGIN = (
    DAY
    + """,
coming AS (
    SELECT p.id, p.match_id, p.programme_id, m.next_due_on
    FROM matching_pause p JOIN day USING (programme_id) JOIN matching_match m ON m.id = p.match_id
    WHERE NOT p.begun AND p.starts_on <= day.today AND m.status = 'active'
    FOR UPDATE OF p, m SKIP LOCKED
), pauses AS (
    UPDATE matching_pause p SET begun = TRUE, due_before = coming.next_due_on FROM coming WHERE p.id = coming.id
), matches AS (
    UPDATE matching_match m SET status = 'paused', next_due_on = NULL FROM coming WHERE m.id = coming.match_id
    RETURNING m.id, m.programme_id
), unsaid AS (
    UPDATE notices_notice n SET status = 'cancelled' FROM coming
    WHERE n.subject = 'match:' || coming.match_id AND n.kind IN ('visit_reminder', 'visit_overdue')
      AND n.status IN ('waiting', 'in_digest') AND n.programme_id = coming.programme_id
), history AS (
    INSERT INTO people_statechange (programme_id, subject, subject_id, before, after, reason, at)
    SELECT programme_id, 'matching.match', id, 'active', 'paused', 'the pause begins', %(now)s FROM matches
)
SELECT count(*) AS paused FROM matches"""
)

# A pause whose day of resuming has come: the year, its gates and the open due date move, the match goes on.
RESUME = (
    DAY
    + """,
over AS (
    SELECT p.id, p.match_id, p.starts_on, p.expected_on, p.due_before, p.programme_id, m.last_held_on,
           p.expected_on - p.starts_on AS days,
           (SELECT (max(r.recorded_at) AT TIME ZONE day.timezone)::date FROM matching_review r
            WHERE r.match_id = p.match_id AND r.decision = 'end_early') AS decided_on
    FROM matching_pause p JOIN day USING (programme_id) JOIN matching_match m ON m.id = p.match_id
    WHERE p.resumed_on IS NULL AND p.begun AND p.expected_on <= day.today AND m.status = 'paused'
    FOR UPDATE OF p SKIP LOCKED
), ended AS (
    UPDATE matching_pause p SET resumed_on = over.expected_on FROM over WHERE p.id = over.id RETURNING p.match_id
), waited AS (
    SELECT over.match_id, over.starts_on, CASE WHEN plan.clock_stops THEN over.days ELSE 0 END AS days,
           -- an end that a review decided stands; was the year made longer since, the days from then on count
           CASE WHEN NOT plan.clock_stops OR plan.ends_on <= GREATEST(over.starts_on, over.decided_on) THEN 0
                ELSE GREATEST(0, over.expected_on - GREATEST(over.starts_on, over.decided_on)) END AS longer
    FROM over JOIN matching_visitplan plan USING (match_id)
), plans AS (
    UPDATE matching_visitplan plan SET
        ends_on = plan.ends_on + waited.longer,
        gates = ARRAY(SELECT CASE WHEN gate > waited.starts_on THEN gate + waited.days ELSE gate END
                      FROM unnest(plan.gates) AS gate),
        gate_on = CASE WHEN plan.gate_on > waited.starts_on THEN plan.gate_on + waited.days ELSE plan.gate_on END,
        review_due_on = CASE WHEN plan.gate_on > waited.starts_on THEN plan.review_due_on + waited.days
                             ELSE plan.review_due_on END
    FROM waited WHERE plan.match_id = waited.match_id
    RETURNING plan.id, plan.match_id, plan.ends_on
), due AS (
    -- nothing was due because the year was nearly over: it may be longer now, by the pause or by an extension
    SELECT over.match_id, GREATEST(over.expected_on, COALESCE(over.due_before, over.last_held_on + (
               SELECT s.interval FROM matching_segment s WHERE s.plan_id = plans.id
               ORDER BY s.starts_on <= over.last_held_on DESC, abs(s.starts_on - over.last_held_on) LIMIT 1))) AS due_on
    FROM over JOIN plans USING (match_id)
    WHERE (over.due_before IS NOT NULL OR over.last_held_on IS NOT NULL)
      AND (over.decided_on IS NULL OR plans.ends_on > over.decided_on)
), matches AS (
    UPDATE matching_match m SET status = 'active',
        next_due_on = CASE WHEN due.due_on < plans.ends_on THEN due.due_on END
    FROM plans LEFT JOIN due USING (match_id) WHERE m.id = plans.match_id AND m.status = 'paused'
    RETURNING m.id, m.programme_id
), history AS (
    INSERT INTO people_statechange (programme_id, subject, subject_id, before, after, reason, at)
    SELECT programme_id, 'matching.match', id, 'paused', 'active', 'the pause is over', %(now)s FROM matches
)
SELECT count(*) AS resumed FROM ended"""
)

# At the gate, with evidence and nothing against it: one step down the ladder, the next gate, and all are told.
STEP_DOWN = (
    DAY
    + f""",
ready AS (
    SELECT plan.id AS plan_id, plan.match_id, plan.programme_id, plan.gate_on, plan.ends_on, plan.gates,
           plan.review_lead_days, review.id AS review_id, m.last_held_on,
           -- a step that was held before is taken from today on; one that only was not looked at yet, from its gate on
           CASE WHEN EXISTS (SELECT 1 FROM matching_segment s WHERE s.plan_id = plan.id AND s.starts_on = plan.gate_on)
                THEN day.today ELSE GREATEST(plan.gate_on, review.held_on) END AS from_on,
           (SELECT min(step) FROM unnest(plan.ladder) AS step WHERE step > m.interval) AS interval{ALLOWED}
      AND NOT {CONCERN}
      AND NOT {MORE_HELP}
    FOR UPDATE OF plan, m SKIP LOCKED
), steps AS (
    SELECT ready.*,
           (SELECT rule.days FROM unnest(plan.ladder, plan.grace_days) WITH ORDINALITY AS rule(step, days, place)
            WHERE rule.step <= ready.interval ORDER BY rule.place DESC LIMIT 1) AS grace,
           -- after a long pause the first visits are as often as at the start; a step does not change their dates
           EXISTS (SELECT 1 FROM matching_pause p
                   WHERE p.match_id = ready.match_id AND p.resumed_on <= ready.last_held_on
                     AND p.resumed_on - p.starts_on > plan.resume_after_days
                     AND (SELECT count(*) FROM matching_visit v WHERE v.match_id = ready.match_id
                          AND v.outcome = 'held' AND v.occurred_on >= p.resumed_on) <= plan.resume_visits) AS weekly
    FROM ready JOIN matching_visitplan plan ON plan.id = ready.plan_id WHERE ready.interval IS NOT NULL
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
    UPDATE matching_match m SET interval = steps.interval, grace = steps.grace,
        next_due_on = CASE
            WHEN m.last_held_on < steps.from_on OR m.last_held_on IS NULL OR steps.weekly THEN m.next_due_on
            WHEN m.last_held_on + steps.interval < steps.ends_on
                THEN GREATEST(m.next_due_on, m.last_held_on + steps.interval) END
    FROM steps WHERE m.id = steps.match_id
    RETURNING m.id, m.programme_id, m.supporter_id, m.supporter_person_id, steps.from_on
), history AS (
    INSERT INTO people_statechange (programme_id, subject, subject_id, before, after, reason, at)
    SELECT programme_id, 'matching.match', id, '', 'step_down', '', %(now)s FROM matches
), told AS ({NOTICE}
    SELECT m.programme_id, 'frequency_changed', m.supporter_person_id, 'match:' || m.id, m.from_on::text,
           '/p/' || day.slug || '/visits/' || m.id || '/year/', m.from_on, 'waiting', %(now)s, 0, '', %(now)s
    FROM matches m JOIN day USING (programme_id)
    UNION
    SELECT m.programme_id, 'frequency_changed', told.person_id, 'match:' || m.id, m.from_on::text,
           '/p/' || day.slug || '/matches/' || m.id || '/', m.from_on, 'waiting', %(now)s, 0, '', %(now)s
    FROM matches m JOIN day USING (programme_id){TOLD}
    WHERE told.person_id <> m.supporter_person_id
    ON CONFLICT DO NOTHING
)
SELECT count(*) AS step_downs FROM segments"""
)

# At the gate, allowed, but something speaks against it now: held for the programme's hold weeks, then asked again.
PUT_OFF = (
    DAY
    + f""",
held AS (
    SELECT plan.id, plan.match_id, plan.programme_id, plan.gate_on, m.interval, plan.review_lead_days,
           plan.gate_on + 7 * plan.hold_weeks * (1 + (day.today - plan.gate_on) / (7 * plan.hold_weeks)) AS gate,
           CASE WHEN {CONCERN} THEN 'a concern is open' ELSE 'more help is needed' END AS reason{ALLOWED}
      AND ({CONCERN} OR {MORE_HELP})
    FOR UPDATE OF plan, m SKIP LOCKED
), segments AS (
    INSERT INTO matching_segment (programme_id, plan_id, starts_on, interval, reason, allows_decrease)
    SELECT programme_id, id, gate_on, interval, 'hold', FALSE FROM held
    ON CONFLICT (plan_id, starts_on) DO NOTHING
), plans AS (
    UPDATE matching_visitplan plan SET gate_on = held.gate, review_due_on = held.gate - held.review_lead_days
    FROM held WHERE plan.id = held.id
), history AS (
    INSERT INTO people_statechange (programme_id, subject, subject_id, before, after, reason, at)
    SELECT programme_id, 'matching.match', match_id, 'step_down', 'hold', reason, %(now)s FROM held
)
SELECT count(*) AS put_off FROM held"""
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
SELECT count(*) AS holds FROM held"""
)

STATEMENTS = (BEGIN, RESUME, STEP_DOWN, PUT_OFF, HOLD)
