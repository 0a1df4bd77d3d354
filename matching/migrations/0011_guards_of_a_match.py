from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0010_old_matches_keep_their_word'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='match',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['introduced', 'agreed', 'active', 'paused']), _negated=True), models.Q(('introduced_by__isnull', False), ('responsible__isnull', False)), _connector='OR'), name='match_introduced_by_staff', violation_error_message='Somebody of the team is there when they meet, and somebody is responsible.'),
        ),
        migrations.AddConstraint(
            model_name='match',
            constraint=models.CheckConstraint(condition=models.Q(('revealed_at__isnull', True), models.Q(('participant_accepted_on__isnull', False), ('supporter_accepted_on__isnull', False)), _connector='OR'), name='match_name_after_two_yeses', violation_error_message='The name is shown after both said yes.'),
        ),
        migrations.AddConstraint(
            model_name='match',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('meeting_at__isnull', True), ('meeting_place', ''), ('meeting_staff__isnull', True)), models.Q(('meeting_at__isnull', False), ('meeting_staff__isnull', False), models.Q(('meeting_place', ''), _negated=True)), _connector='OR'), name='match_meeting_is_whole', violation_error_message='A meeting has a time, a place and somebody of the team.'),
        ),
        migrations.AddConstraint(
            model_name='match',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('explained__len', 0), ('explanation_waived', ''), ('oriented_on__isnull', True)), models.Q(('explained__len', 5), ('explanation_waived', ''), ('oriented_on__isnull', False)), models.Q(('oriented_on__isnull', False), models.Q(('explanation_waived', ''), _negated=True)), _connector='OR'), name='match_explained_or_waived', violation_error_message='Everything was explained, or there is a reason why not.'),
        ),
        migrations.AddConstraint(
            model_name='match',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['agreed', 'active', 'paused']), _negated=True), models.Q(('oriented_on__isnull', False), ('participant_agreed_on__isnull', False), ('supporter_agreed_on__isnull', False)), _connector='OR'), name='match_agreed_by_both', violation_error_message='Both confirm the agreement, after all was explained to the participant.'),
        ),
        migrations.AddConstraint(
            model_name='match',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('status', 'closed'), _negated=True), ('closing_talk_on__isnull', True), ('no_talk_reason', '')), models.Q(('closing_talk_on__isnull', False), ('no_talk_reason', ''), ('status', 'closed')), models.Q(('closing_talk_on__isnull', True), ('status', 'closed'), models.Q(('no_talk_reason', ''), _negated=True)), _connector='OR'), name='match_closed_with_talk', violation_error_message='A closing talk was held, or there is a reason why not.'),
        ),
        migrations.AddConstraint(
            model_name='match',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'declined'), models.Q(('declined_by', ''), _negated=True)), models.Q(models.Q(('status', 'declined'), _negated=True), ('decline_code', ''), ('declined_by', '')), _connector='OR'), name='match_declined_by_somebody', violation_error_message='What was not taken up says on whose side.'),
        ),
        migrations.AddConstraint(
            model_name='match',
            constraint=models.CheckConstraint(condition=models.Q(('declined_by__in', ['supporter', 'participant', 'nobody', 'unknown', ''])), name='match_decliner_known'),
        ),
        migrations.AddConstraint(
            model_name='match',
            constraint=models.CheckConstraint(condition=models.Q(('decline_code__in', ['', 'not_now', 'times', 'too_far', 'not_again', 'other'])), name='match_decline_code_known'),
        ),
        migrations.AddConstraint(
            model_name='match',
            constraint=models.CheckConstraint(condition=models.Q(('predecessor__isnull', True), models.Q(('predecessor', models.F('pk')), _negated=True), _connector='OR'), name='match_follows_another', violation_error_message='A match goes on from another one.'),
        ),
    ]
