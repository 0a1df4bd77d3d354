from django.urls import path

from supervision import views

app_name = "supervision"
urlpatterns = [
    path("overdue/", views.overdue, name="overdue"),
    path("overdue/table/", views.overdue_export, name="overdue_export"),
    path("overdue/act/", views.overdue_act, name="overdue_act"),
    path("overdue/<int:match_id>/call/", views.overdue_call, name="overdue_call"),
    path("concerns/", views.concerns, name="concerns"),
    path("concerns/<int:visit_id>/", views.concern, name="concern"),
    path("supervision/", views.sessions, name="sessions"),
    path("supervision/plan/", views.session_plan, name="session_plan"),
    path("supervision/<int:pk>/move/", views.session_move, name="session_move"),
    path("supervision/<int:pk>/cancel/", views.session_cancel, name="session_cancel"),
    path("supervision/new/", views.session_new, name="session_new"),
]
