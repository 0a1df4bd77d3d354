from django.urls import path

from matching.views import answers, beginning, board, by_link, hours, leaving, matches, phones, visits

app_name = "matching"
urlpatterns = [
    path("today/", visits.today, name="today"),
    path("people/", visits.people, name="people"),
    path("visits/<int:match_id>/log/", visits.log, name="log"),
    path("visits/sync/", visits.sync, name="sync"),
    path("visits/<int:visit_id>/correct/", visits.correct, name="correct"),
    path("visits/<int:visit_id>/compare/", visits.compare, name="compare"),
    path("hours/", hours.hours, name="hours"),
    path("hours/export/", hours.hours_export, name="hours_export"),
    path("work/", hours.work, name="work"),
    path("ask/", hours.ask, name="ask"),
    path("requests/", hours.requests, name="requests"),
    path("proposals/<int:match_id>/", answers.proposal, name="proposal"),
    path("matching/", board.board, name="board"),
    path("matching/<int:participant_id>/", board.candidates, name="candidates"),
    path("matches/", matches.matches, name="matches"),
    path("matches/<int:match_id>/", matches.match, name="match"),
    path("matches/<int:match_id>/answer/", answers.answer, name="answer"),
    path("matches/<int:match_id>/link/", by_link.give_link, name="give_link"),
    path("with-link/answer/", by_link.link_answer, name="link_answer"),
    path("with-link/agreement/", by_link.link_agree, name="link_agree"),
    path("matches/<int:match_id>/suggestion/", answers.suggestion, name="suggestion"),
    path("matches/<int:match_id>/responsible/", beginning.responsible, name="responsible"),
    path("matches/<int:match_id>/plan/", beginning.plan, name="plan"),
    path("matches/<int:match_id>/meeting.ics", beginning.meeting_file, name="meeting_file"),
    path("matches/<int:match_id>/explain/", beginning.explain, name="explain"),
    path("matches/<int:match_id>/agreement/", beginning.agreement, name="agreement"),
    path("matches/<int:match_id>/agreement.pdf", beginning.agreement_pdf, name="agreement_pdf"),
    path("matches/<int:match_id>/sign/", beginning.sign, name="sign"),
    path("matches/<int:match_id>/introduce/", matches.introduce, name="introduce"),
    path("matches/<int:match_id>/agree/", beginning.agree, name="agree"),
    path("matches/<int:match_id>/review/", matches.review, name="review"),
    path("matches/<int:match_id>/pause/", matches.pause, name="pause"),
    path("matches/<int:match_id>/resume/", matches.resume, name="resume"),
    path("matches/<int:match_id>/close/", leaving.close, name="close"),
    path("matches/<int:match_id>/hand-over/", leaving.hand_over, name="hand_over"),
    path("connections/", beginning.connections, name="connections"),
    path("connections/<int:pk>/end/", beginning.connection_end, name="connection_end"),
    path("agreement-text/", beginning.agreement_text, name="agreement_text"),
    path("leaving/supporter/<int:pk>/", leaving.leave_supporter, name="leave_supporter"),
    path("leaving/participant/<int:pk>/", leaving.leave_participant, name="leave_participant"),
]

phone = [
    path("offline/", phones.offline, name="offline"),
    path("sw.js", phones.worker, name="worker"),
]
