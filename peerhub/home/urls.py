from django.urls import include, path

from peerhub.home import views

app_name = "home"
urlpatterns = [
    path("", views.index, name="index"),
    path("health/live", views.health_live, name="health_live"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path(".well-known/security-policy.md", views.security_policy, name="security_policy"),
    path("gallery/", views.gallery, name="gallery"),
    path("p/<slug:slug>/", include("peerhub.home.programme_urls")),
]
