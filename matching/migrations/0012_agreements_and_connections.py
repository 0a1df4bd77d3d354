import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0011_guards_of_a_match'),
        ('people', '0006_link'),
        ('programmes', '0010_days_to_answer_a_proposal'),
        ('recruitment', '0003_row_security'),
    ]

    operations = [
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('interval', models.PositiveSmallIntegerField(verbose_name='days between visits')),
                ('first_visit_on', models.DateField(verbose_name='first visit')),
                ('terms', models.TextField(blank=True, default='', verbose_name='what else was agreed')),
                ('parallel_support', models.BooleanField(default=False, verbose_name='has other support beside this')),
                ('parallel_words', models.CharField(blank=True, default='', max_length=200, verbose_name='which support')),
                ('read_how', models.CharField(choices=[('herself', 'she read it herself'), ('aloud', 'it was read aloud'), ('interpreter', 'with an interpreter')], default='herself', max_length=12, verbose_name='how it was read')),
                ('written_at', models.DateTimeField()),
                ('supporter_confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='peer supporter confirmed')),
                ('supporter_way', models.CharField(blank=True, choices=[('portal', 'on her own page'), ('link', 'by a link on her own phone'), ('handed', 'on a phone that was handed over'), ('paper', 'on paper')], default='', max_length=8)),
                ('participant_confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='participant confirmed')),
                ('participant_way', models.CharField(blank=True, choices=[('portal', 'on her own page'), ('link', 'by a link on her own phone'), ('handed', 'on a phone that was handed over'), ('paper', 'on paper')], default='', max_length=8)),
                ('pdf', models.BinaryField(blank=True, null=True)),
                ('sha256', models.CharField(blank=True, default='', max_length=64)),
            ],
            options={
                'verbose_name': 'agreement',
                'verbose_name_plural': 'agreements',
            },
        ),
        migrations.CreateModel(
            name='AgreementText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('en', 'English'), ('nl', 'Dutch'), ('fr', 'French')], max_length=8, verbose_name='language')),
                ('version', models.PositiveSmallIntegerField(verbose_name='version')),
                ('body', models.TextField(verbose_name='text')),
                ('written_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'text of agreements',
                'verbose_name_plural': 'texts of agreements',
                'ordering': ['language', '-version'],
            },
        ),
        migrations.CreateModel(
            name='Connection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='since')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
            ],
            options={
                'verbose_name': 'connection',
                'verbose_name_plural': 'connections',
                'ordering': ['-starts_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='PersonalGoal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='order')),
                ('domain', models.CharField(choices=[('company', 'meeting people'), ('work', 'work'), ('language', 'learning the language'), ('children', 'children and school'), ('health', 'health'), ('housing', 'housing'), ('debt', 'money and debts'), ('services', 'services and forms'), ('law', 'the law'), ('other', 'something else')], default='other', max_length=12, verbose_name='about')),
                ('own_words', models.CharField(max_length=300, verbose_name='in her own words')),
                ('status', models.CharField(choices=[('open', 'open'), ('in_progress', 'on the way'), ('reached', 'reached'), ('changed', 'changed'), ('dropped', 'let go')], default='open', max_length=12, verbose_name='status')),
            ],
            options={
                'verbose_name': 'personal goal',
                'verbose_name_plural': 'personal goals',
                'ordering': ['match', 'number'],
            },
        ),
        migrations.AddField(
            model_name='agreement',
            name='match',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='agreement', to='matching.match'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.programme'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='recorded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='written_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='agreementtext',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.programme'),
        ),
        migrations.AddField(
            model_name='agreementtext',
            name='written_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='text',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matching.agreementtext'),
        ),
        migrations.AddField(
            model_name='connection',
            name='professional',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='connections', to='programmes.membership'),
        ),
        migrations.AddField(
            model_name='connection',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.programme'),
        ),
        migrations.AddField(
            model_name='connection',
            name='supporter',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='connections', to='recruitment.peersupporter'),
        ),
        migrations.AddField(
            model_name='personalgoal',
            name='match',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='goals', to='matching.match'),
        ),
        migrations.AddField(
            model_name='personalgoal',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.programme'),
        ),
        migrations.AddConstraint(
            model_name='agreementtext',
            constraint=models.CheckConstraint(condition=models.Q(('language__in', ['en', 'nl', 'fr'])), name='agreement_text_language_known'),
        ),
        migrations.AddConstraint(
            model_name='agreementtext',
            constraint=models.UniqueConstraint(fields=('programme', 'language', 'version'), name='agreement_text_once', violation_error_message='There is such a version already.'),
        ),
        migrations.AddConstraint(
            model_name='agreementtext',
            constraint=models.CheckConstraint(condition=models.Q(('body', ''), _negated=True), name='agreement_text_says_something', violation_error_message='The text of agreements is empty.'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('interval__isnull', True), models.Q(('interval__gte', 1), ('interval__lte', 56)), _connector='OR'), name='agreement_interval_range', violation_error_message='Visits are 1 to 56 days apart.'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('read_how__in', ['herself', 'aloud', 'interpreter'])), name='agreement_reading_known'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('supporter_confirmed_at__isnull', True), ('supporter_way', '')), models.Q(('supporter_confirmed_at__isnull', False), ('supporter_way__in', ['portal', 'paper'])), _connector='OR'), name='agreement_supporter_way', violation_error_message='A peer supporter confirms on her own page or on paper.'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('participant_confirmed_at__isnull', True), ('participant_way', '')), models.Q(('participant_confirmed_at__isnull', False), ('participant_way__in', ['link', 'handed', 'paper'])), _connector='OR'), name='agreement_participant_way', violation_error_message='A participant confirms by her link, on a phone handed to her, or on paper.'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('recorded_by__isnull', False), models.Q(('supporter_way', 'paper'), ('participant_way__in', ['paper', 'handed']), _connector='OR', _negated=True), _connector='OR'), name='agreement_witnessed', violation_error_message='What was confirmed on paper or on another phone says who recorded it.'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('pdf__isnull', True), ('sha256', '')), models.Q(('participant_confirmed_at__isnull', False), ('pdf__isnull', False), ('supporter_confirmed_at__isnull', False), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='agreement_printed_when_whole', violation_error_message='An agreement is printed once both confirmed it.'),
        ),
        migrations.AddConstraint(
            model_name='connection',
            constraint=models.UniqueConstraint(condition=models.Q(('ends_on__isnull', True)), fields=('supporter',), name='connection_one_open', violation_error_message='This peer supporter works with somebody already. End that first.'),
        ),
        migrations.AddConstraint(
            model_name='connection',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on__isnull', True), ('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='connection_days', violation_error_message='It ends after it begins.'),
        ),
        migrations.AddConstraint(
            model_name='personalgoal',
            constraint=models.UniqueConstraint(fields=('match', 'number'), name='goal_order_once', violation_error_message='There is such a goal.'),
        ),
        migrations.AddConstraint(
            model_name='personalgoal',
            constraint=models.CheckConstraint(condition=models.Q(('domain__in', ['company', 'work', 'language', 'children', 'health', 'housing', 'debt', 'services', 'law', 'other'])), name='goal_domain_known'),
        ),
        migrations.AddConstraint(
            model_name='personalgoal',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['open', 'in_progress', 'reached', 'changed', 'dropped'])), name='goal_status_known'),
        ),
        migrations.AddConstraint(
            model_name='personalgoal',
            constraint=models.CheckConstraint(condition=models.Q(('own_words', ''), _negated=True), name='goal_has_words', violation_error_message='Write the goal in her own words.'),
        ),
    ]
