"""Matches and plans that run get the patience that was the same for everybody until now."""

from django.db import migrations

GRACE = "CASE {0} WHEN 7 THEN 2 WHEN 14 THEN 4 WHEN 21 THEN 5 ELSE 7 END"
FORWARDS = f"""
    UPDATE matching_match SET grace = {GRACE.format("interval")};
    UPDATE matching_visitplan SET grace_days =
        ARRAY(SELECT {GRACE.format("step")} FROM unnest(ladder) WITH ORDINALITY AS t(step, place) ORDER BY place);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0019_a_step_has_its_review"),
    ]

    operations = [
        migrations.RunSQL(FORWARDS, migrations.RunSQL.noop),
    ]
