from django.urls import include, path

from peerhub.home import feeds, views

app_name = "home"
urlpatterns = [
    path("", views.index, name="index"),
    path("health/live", views.health_live, name="health_live"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path(".well-known/security-policy.md", views.security_policy, name="security_policy"),
    path("protect/", views.protect, name="protect"),
    path("gallery/", views.gallery, name="gallery"),
    path("stay/", views.stay, name="stay"),
    path("prove/", views.prove, name="prove"),
    path("accounts/sessions/", views.devices, name="devices"),  # in the place of allauth's own list
    path("accounts/sessions/<int:pk>/end/", views.device_end, name="device_end"),
    path("l/leave/", views.link_leave, name="link_leave"),
    path("l/<slug:token>/", views.link, name="link"),
    path("l/<slug:token>/calendar.ics", feeds.feed, name="feed"),
    path("p/<slug:slug>/", include("peerhub.home.programme_urls")),
]
