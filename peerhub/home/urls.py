from django.urls import include, path

from peerhub.home import views

app_name = "home"
urlpatterns = [
    path("", views.index, name="index"),
    path("health/live", views.health_live, name="health_live"),
    path("protect/", views.protect, name="protect"),
    path("gallery/", views.gallery, name="gallery"),
    path("p/<slug:slug>/", include("peerhub.home.programme_urls")),
]
