"""A row points only to rows of its own programme."""

from django.db import migrations

from peerhub.lib.constraints import SameProgramme


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0002_initial"),
    ]

    operations = [
        SameProgramme("matching_segment", "review_id", "matching_review"),
        SameProgramme("matching_review", "led_by_id", "people_person"),
        SameProgramme("matching_pairingrun", "ran_by_id", "people_person"),
        SameProgramme("matching_match", "introduced_by_id", "people_person"),
        SameProgramme("matching_match", "participant_id", "recruitment_participant"),
        SameProgramme("matching_match", "supporter_id", "recruitment_peersupporter"),
        SameProgramme("matching_match", "participant_person_id", "people_person"),
        SameProgramme("matching_match", "supporter_person_id", "people_person"),
        SameProgramme("matching_visitplan", "match_id", "matching_match"),
        SameProgramme("matching_review", "match_id", "matching_match"),
        SameProgramme("matching_segment", "plan_id", "matching_visitplan"),
        SameProgramme("matching_pause", "match_id", "matching_match"),
        SameProgramme("matching_visit", "match_id", "matching_match"),
        SameProgramme("matching_visit", "author_id", "people_person"),
    ]
