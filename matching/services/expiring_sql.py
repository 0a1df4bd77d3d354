"""The sweep's statements about proposals: one reminder, and the end of those that nobody answered in time.

The days begin anew with each answer: the participant has as long as the peer supporter had, and thinking takes as long
once more. A proposal to which both said yes does not run out.
"""

DAY = """
WITH day AS (
    SELECT id AS programme_id, slug, proposal_days, proposal_reminder_days,
           COALESCE(%(on)s::date, (%(now)s::timestamptz AT TIME ZONE timezone)::date) AS today
    FROM programmes_programme
    WHERE id = ANY(%(programmes)s)
)"""
SINCE = "GREATEST(m.proposed_on, m.supporter_accepted_on, m.participant_accepted_on, m.thinking_on)"
_NOTICE = """
    INSERT INTO notices_notice (programme_id, kind, recipient_id, subject, period, link, due_on, status, send_after,
                                attempts, error, created_at)"""

# Nobody answered in time: the proposal ends without anybody having said no, its messages are held back, and whoever
# makes proposals hears that the next candidate can be asked.
EXPIRE = (
    DAY
    + f""",
late AS (
    SELECT m.id FROM matching_match m JOIN day USING (programme_id)
    WHERE m.status = 'proposed' AND (m.supporter_accepted_on IS NULL OR m.participant_accepted_on IS NULL)
      AND {SINCE} + day.proposal_days <= day.today
    FOR UPDATE OF m SKIP LOCKED
), ended AS (
    UPDATE matching_match m SET status = 'declined', declined_by = 'nobody', meeting_at = NULL, meeting_place = '',
        meeting_staff_id = NULL
    FROM late WHERE m.id = late.id
    RETURNING m.id, m.programme_id, m.participant_id, m.supporter_id, m.proposed_on
), history AS (
    INSERT INTO people_statechange (programme_id, subject, subject_id, before, after, reason, at)
    SELECT programme_id, 'matching.match', id, 'proposed', 'declined', 'nobody answered in time', %(now)s FROM ended
), held_back AS (
    UPDATE notices_notice n SET status = 'cancelled'
    FROM ended WHERE n.programme_id = ended.programme_id AND n.subject = 'match:' || ended.id
        AND n.status IN ('waiting', 'in_digest') AND n.kind IN ('proposal', 'proposal_reminder')
), taken_back AS (
    UPDATE people_link l SET revoked_at = %(now)s
    FROM ended WHERE l.subject = 'match:' || ended.id AND l.programme_id = ended.programme_id
        AND l.used_at IS NULL AND l.revoked_at IS NULL
), told AS ({_NOTICE}
    SELECT m.programme_id, 'proposal_expired', c.person_id, 'match:' || m.id, m.proposed_on::text,
           '/p/' || day.slug || '/matching/' || m.participant_id || '/', day.today, 'waiting', %(now)s, 0, '', %(now)s
    FROM ended m JOIN day USING (programme_id)
    JOIN programmes_membership c
      ON c.programme_id = m.programme_id AND c.role = 'coordinator' AND c.ends_on IS NULL
    ON CONFLICT DO NOTHING
)
SELECT count(*) AS proposals_ended FROM ended"""
)

# One reminder to the peer supporter who has not answered.
REMIND = (
    DAY
    + f""",
written AS ({_NOTICE}
    SELECT m.programme_id, 'proposal_reminder', m.supporter_person_id, 'match:' || m.id, m.proposed_on::text,
           '/p/' || day.slug || '/proposals/' || m.id || '/', day.today, 'waiting', %(now)s, 0, '', %(now)s
    FROM matching_match m JOIN day USING (programme_id)
    WHERE m.status = 'proposed' AND m.supporter_accepted_on IS NULL
      AND m.proposed_on + day.proposal_reminder_days <= day.today
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT count(*) AS proposals_reminded FROM written"""
)

STATEMENTS = (EXPIRE, REMIND)
