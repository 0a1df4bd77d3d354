"""Cover, deputies and extensions stand behind walls and point within their programme."""

from django.db import migrations

from peerhub.lib import walls
from peerhub.lib.constraints import SameProgramme


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0017_the_year_and_cover"),
    ]

    operations = [
        SameProgramme("matching_cover", "match_id", "matching_match"),
        SameProgramme("matching_cover", "substitute_id", "recruitment_peersupporter"),
        SameProgramme("matching_cover", "substitute_person_id", "people_person"),
        SameProgramme("matching_cover", "arranged_by_id", "people_person"),
        SameProgramme("matching_deputy", "supervisor_id", "programmes_membership"),
        SameProgramme("matching_deputy", "deputy_id", "programmes_membership"),
        SameProgramme("matching_deputy", "arranged_by_id", "people_person"),
        SameProgramme("matching_extension", "match_id", "matching_match"),
        SameProgramme("matching_extension", "decided_by_id", "people_person"),
        walls.Wall("matching_cover", quiet=["need"]),
        walls.Wall("matching_deputy"),
        walls.Wall("matching_extension", quiet=["reason"]),
        walls.Wall("matching_sweepmark", history=False),
    ]
