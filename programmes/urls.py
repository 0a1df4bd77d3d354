from django.urls import path

from programmes import views

app_name = "programmes"
urlpatterns = [
    path("team/", views.team, name="team"),
    path("team/<int:pk>/end/", views.team_end, name="team_end"),
    path("access/", views.access, name="access"),
    path("team/<int:pk>/log-out/", views.team_logout, name="team_logout"),
    path("openings/", views.openings, name="openings"),
    path("openings/<int:pk>/end/", views.opening_end, name="opening_end"),
    path("settings/", views.settings, name="settings"),
]
