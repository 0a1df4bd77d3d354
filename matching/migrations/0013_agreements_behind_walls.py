"""Agreements, goals and connections stand behind walls; a match handed over has one that goes on from it."""

from django.db import migrations

from peerhub.lib import walls
from peerhub.lib.constraints import SameProgramme

# At the end of the transaction: the successor is proposed after the old match has ended.
SUCCESSOR = """
CREATE FUNCTION matching_handed_over() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $rule$
BEGIN
    IF EXISTS (SELECT 1 FROM matching_match WHERE id = NEW.id AND end_reason = 'handed_over')
       AND NOT EXISTS (SELECT 1 FROM matching_match WHERE predecessor_id = NEW.id) THEN
        RAISE EXCEPTION 'A match that was handed over has one that goes on from it.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'match_handed_over_goes_on', TABLE = 'matching_match';
    END IF;
    RETURN NULL;
END $rule$;
CREATE CONSTRAINT TRIGGER match_handed_over_goes_on AFTER INSERT OR UPDATE OF end_reason ON matching_match
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.end_reason = 'handed_over')
    EXECUTE FUNCTION matching_handed_over();
"""
WITHOUT = """
DROP TRIGGER match_handed_over_goes_on ON matching_match;
DROP FUNCTION matching_handed_over();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0012_agreements_and_connections"),
    ]

    operations = [
        SameProgramme("matching_match", "responsible_id", "people_person"),
        SameProgramme("matching_match", "meeting_staff_id", "people_person"),
        SameProgramme("matching_match", "predecessor_id", "matching_match"),
        SameProgramme("matching_agreement", "match_id", "matching_match"),
        SameProgramme("matching_agreement", "text_id", "matching_agreementtext"),
        SameProgramme("matching_agreement", "written_by_id", "people_person"),
        SameProgramme("matching_agreement", "recorded_by_id", "people_person"),
        SameProgramme("matching_agreementtext", "written_by_id", "people_person"),
        SameProgramme("matching_personalgoal", "match_id", "matching_match"),
        SameProgramme("matching_connection", "supporter_id", "recruitment_peersupporter"),
        SameProgramme("matching_connection", "professional_id", "programmes_membership"),
        walls.Wall(
            "matching_match",
            quiet=[
                *("reasons", "end_reason", "no_talk_reason", "explanation_waived"),
                *("declined_by", "decline_code", "decline_reason"),
            ],
        ),
        walls.Wall("matching_agreement", quiet=["terms", "parallel_support", "parallel_words", "pdf"]),
        walls.Wall("matching_agreementtext"),
        walls.Wall("matching_personalgoal", quiet=["own_words", "domain"]),
        walls.Wall("matching_connection"),
        migrations.RunSQL(SUCCESSOR, WITHOUT),
    ]
