"""Visits become less frequent only with a review of the same match that decided it; the review keeps its word."""

from django.db import migrations

TRIGGERS = """
    CREATE FUNCTION matching_segment_is_allowed() RETURNS trigger LANGUAGE plpgsql AS $segment$
    DECLARE before smallint;
    BEGIN
        IF NEW.reason IN ('step_down', 'wish') THEN
            -- a missing review is refused by the check of the table
            IF NEW.review_id IS NOT NULL AND NEW.allows_decrease AND NOT EXISTS (
                SELECT 1 FROM matching_review r JOIN matching_visitplan p ON p.match_id = r.match_id
                WHERE p.id = NEW.plan_id AND r.id = NEW.review_id AND r.decision = NEW.reason
                  AND (r.request_allows OR NEW.reason = 'wish')
            ) THEN
                RAISE EXCEPTION '"segment_review_allows": visits become less frequent only with a review of this match that decided it'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'segment_review_allows';
            END IF;
            RETURN NEW;
        END IF;
        SELECT s.interval INTO before FROM matching_segment s
        WHERE s.plan_id = NEW.plan_id AND s.starts_on < NEW.starts_on ORDER BY s.starts_on DESC LIMIT 1;
        IF before < NEW.interval THEN
            RAISE EXCEPTION '"segment_grows_by_steps": visits become less frequent only by a step down or the participant''s wish'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'segment_grows_by_steps';
        END IF;
        RETURN NEW;
    END $segment$;
    CREATE TRIGGER segment_is_allowed BEFORE INSERT OR UPDATE ON matching_segment
        FOR EACH ROW WHEN (NEW.reason <> 'initial') EXECUTE FUNCTION matching_segment_is_allowed();

    CREATE FUNCTION matching_review_keeps_its_word() RETURNS trigger LANGUAGE plpgsql AS $review$
    BEGIN
        IF EXISTS (SELECT 1 FROM matching_segment s
                   WHERE s.review_id = OLD.id AND s.reason IN ('step_down', 'wish')) THEN
            RAISE EXCEPTION '"review_keeps_its_word": visits became less frequent by this review'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'review_keeps_its_word';
        END IF;
        RETURN NEW;
    END $review$;
    CREATE TRIGGER review_keeps_its_word BEFORE UPDATE ON matching_review
        FOR EACH ROW WHEN ((OLD.decision, OLD.request_allows, OLD.match_id)
                           IS DISTINCT FROM (NEW.decision, NEW.request_allows, NEW.match_id))
        EXECUTE FUNCTION matching_review_keeps_its_word();
"""
WITHOUT = """
    DROP TRIGGER review_keeps_its_word ON matching_review;
    DROP FUNCTION matching_review_keeps_its_word();
    DROP TRIGGER segment_is_allowed ON matching_segment;
    DROP FUNCTION matching_segment_is_allowed();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0018_cover_is_walled"),
    ]

    operations = [
        migrations.RunSQL(TRIGGERS, WITHOUT),
    ]
