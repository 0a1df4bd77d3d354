"""History keeps of wishes, likes and vetting only that they changed."""

from django.db import migrations

from peerhub.lib import walls


class Migration(migrations.Migration):
    dependencies = [
        ("recruitment", "0004_what_matching_asks"),
        ("people", "0007_languages_spoken_a_little"),
        ("programmes", "0005_drafts_belong_to_a_programme"),
    ]

    operations = [
        walls.Wall("people_person", quiet=["gender", "languages", "languages_little"]),
        walls.Wall("recruitment_peersupporter", quiet=["experience", "remarks", "wishes_gender", "wishes_age", "interests", "vetting_passed"]),
        walls.Wall("recruitment_participant", quiet=["request_for_help", "wishes_gender", "wishes_age", "children", "safe_contact", "remarks", "closing_reason", "interests"]),
    ]
