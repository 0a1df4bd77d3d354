import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0008_concerns_stay_sealed'),
        ('people', '0006_link'),
        ('programmes', '0010_days_to_answer_a_proposal'),
        ('recruitment', '0003_row_security'),
    ]

    operations = [
        migrations.AddField(
            model_name='match',
            name='closing_talk_on',
            field=models.DateField(blank=True, null=True, verbose_name='closing talk on'),
        ),
        migrations.AddField(
            model_name='match',
            name='decline_code',
            field=models.CharField(blank=True, choices=[('', 'no reason given'), ('not_now', 'not now'), ('times', 'my times have changed'), ('too_far', 'too far away'), ('not_again', 'not the two of us'), ('other', 'something else')], default='', max_length=12, verbose_name='why not'),
        ),
        migrations.AddField(
            model_name='match',
            name='declined_by',
            field=models.CharField(blank=True, choices=[('supporter', 'the peer supporter'), ('participant', 'the participant'), ('nobody', 'nobody answered in time'), ('unknown', 'not written down')], default='', max_length=12, verbose_name='who said no'),
        ),
        migrations.AddField(
            model_name='match',
            name='explained',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('what', 'what a peer supporter does, and what not'), ('secret', 'what stays between the two, what is talked over in supervision, and when secrecy ends'), ('year', 'how often visits are made, and that they become fewer over a year'), ('stop', 'that she can stop at any time and need not say why'), ('call', 'whom to call when something is wrong')], max_length=8), blank=True, default=list, size=None, verbose_name='explained'),
        ),
        migrations.AddField(
            model_name='match',
            name='explanation_waived',
            field=models.CharField(blank=True, default='', max_length=200, verbose_name='why not explained'),
        ),
        migrations.AddField(
            model_name='match',
            name='meeting_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='introduction planned for'),
        ),
        migrations.AddField(
            model_name='match',
            name='meeting_place',
            field=models.CharField(blank=True, default='', max_length=200, verbose_name='where they meet'),
        ),
        migrations.AddField(
            model_name='match',
            name='meeting_staff',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='who is there'),
        ),
        migrations.AddField(
            model_name='match',
            name='no_talk_reason',
            field=models.CharField(blank=True, default='', max_length=200, verbose_name='why no closing talk'),
        ),
        migrations.AddField(
            model_name='match',
            name='oriented_on',
            field=models.DateField(blank=True, null=True, verbose_name='explained to the participant on'),
        ),
        migrations.AddField(
            model_name='match',
            name='participant_agreed_on',
            field=models.DateField(blank=True, null=True, verbose_name='participant confirmed on'),
        ),
        migrations.AddField(
            model_name='match',
            name='predecessor',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successor', to='matching.match', verbose_name='goes on from'),
        ),
        migrations.AddField(
            model_name='match',
            name='responsible',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='responsible'),
        ),
        migrations.AddField(
            model_name='match',
            name='revealed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='name shown to the peer supporter'),
        ),
        migrations.AddField(
            model_name='match',
            name='suggestion_settled_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='answer looked at'),
        ),
        migrations.AddField(
            model_name='match',
            name='supporter_agreed_on',
            field=models.DateField(blank=True, null=True, verbose_name='peer supporter confirmed on'),
        ),
        migrations.AddField(
            model_name='match',
            name='thinking_on',
            field=models.DateField(blank=True, null=True, verbose_name='participant wants to think, since'),
        ),
        migrations.AlterField(
            model_name='match',
            name='end_reason',
            field=models.CharField(blank=True, choices=[('year_completed', 'the year is complete'), ('goals_reached', 'goals reached'), ('participant_stopped', 'the participant stopped'), ('supporter_stopped', 'the peer supporter stopped'), ('no_click', 'no click'), ('moved', 'moved away'), ('referred_on', 'other help took over'), ('safety', 'safety'), ('handed_over', 'another peer supporter goes on'), ('other', 'another reason')], default='', max_length=24, verbose_name='why ended'),
        ),
    ]
