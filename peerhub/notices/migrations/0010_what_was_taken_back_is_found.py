"""The sweep looks for messages that were taken back and are due again: a short index of those alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0009_messages_about_supervision"),
        ("people", "0009_sensitive_notes_and_openings"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("status", "cancelled")),
                fields=["kind", "recipient", "subject", "period"],
                name="notice_taken_back",
            ),
        ),
    ]
