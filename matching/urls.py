from django.urls import path

from matching.views import answers, board, covers, leaving, matches, plans, visits

app_name = "matching"
urlpatterns = [
    path("today/", visits.today, name="today"),
    path("people/", visits.people, name="people"),
    path("visits/<int:match_id>/log/", visits.log, name="log"),
    path("visits/<int:match_id>/year/", plans.year, name="year"),
    path("proposals/<int:match_id>/", answers.proposal, name="proposal"),
    path("matching/", board.board, name="board"),
    path("matching/<int:participant_id>/", board.candidates, name="candidates"),
    path("matches/", matches.matches, name="matches"),
    path("matches/<int:match_id>/", matches.match, name="match"),
    path("matches/<int:match_id>/answer/", answers.answer, name="answer"),
    path("matches/<int:match_id>/introduce/", matches.introduce, name="introduce"),
    path("matches/<int:match_id>/agree/", matches.agree, name="agree"),
    path("matches/<int:match_id>/review/", plans.review, name="review"),
    path("matches/<int:match_id>/pause/", matches.pause, name="pause"),
    path("matches/<int:match_id>/resume/", matches.resume, name="resume"),
    path("matches/<int:match_id>/undo/", plans.undo, name="undo"),
    path("matches/<int:match_id>/extend/", plans.extend, name="extend"),
    path("matches/<int:match_id>/cover/", covers.cover_match, name="cover_match"),
    path("cover/", covers.cover, name="cover"),
    path("cover/<int:pk>/end/", covers.cover_end, name="cover_end"),
    path("cover/deputies/<int:pk>/end/", covers.deputy_end, name="deputy_end"),
    path("matches/<int:match_id>/close/", leaving.close, name="close"),
    path("leaving/supporter/<int:pk>/", leaving.leave_supporter, name="leave_supporter"),
    path("leaving/participant/<int:pk>/", leaving.leave_participant, name="leave_participant"),
]
