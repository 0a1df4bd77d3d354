"""Work beside visits and requests for help stand behind walls; what a visit was about is sensitive."""

from django.db import migrations

from peerhub.lib import walls
from peerhub.lib.constraints import SameProgramme


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0014_visits_in_full_work_and_help"),
    ]

    operations = [
        SameProgramme("matching_work", "author_id", "people_person"),
        SameProgramme("matching_work", "match_id", "matching_match"),
        SameProgramme("matching_helprequest", "asked_by_id", "people_person"),
        SameProgramme("matching_helprequest", "answered_by_id", "people_person"),
        walls.Wall("matching_work", quiet=["note"]),
        walls.Wall("matching_helprequest", quiet=["text", "answer"]),
        walls.Wall(
            "matching_visit",
            quiet=["note", "concern", "has_concern", "request", "feeling", "topics", "activities", "why"],
        ),
    ]
