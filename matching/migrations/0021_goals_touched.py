"""A visit says which personal goals it was about, by their numbers."""

import django.contrib.postgres.fields
from django.db import migrations, models

from peerhub.lib import walls


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0020_patience_of_running_matches"),
    ]

    operations = [
        migrations.AddField(
            model_name="visit",
            name="goals",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(),
                blank=True,
                db_default=[],
                default=list,
                size=None,
                verbose_name="goals touched",
            ),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.CheckConstraint(
                condition=models.Q(("goals__contained_by", [1, 2, 3, 4, 5, 6, 7, 8, 9])),
                name="visit_goals_have_numbers",
                violation_error_message="Choose goals from the list.",
            ),
        ),
        walls.Wall(
            "matching_visit",
            quiet=["note", "concern", "has_concern", "request", "feeling", "topics", "activities", "goals", "why"],
        ),
    ]
