from django.urls import path

from peerhub.home import views

urlpatterns = [
    path("", views.overview, name="overview"),
    path("messages/", views.messages, name="messages"),
    path("search/", views.search, name="search"),
    path("me/", views.me, name="me"),
    path("with-link/file/", views.link_file, name="link_file"),
    path("draft/", views.draft, name="draft"),
]
