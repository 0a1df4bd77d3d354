from django.db import migrations, models


class Migration(migrations.Migration):
    """An invitation ends when it is not used; log-ins from before have no end."""

    dependencies = [("people", "0004_draft")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="invited_until",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="invited until"),
        ),
    ]
