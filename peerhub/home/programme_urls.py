from django.urls import path

from peerhub.home import views

urlpatterns = [
    path("", views.overview, name="overview"),
    path("messages/", views.messages, name="messages"),
    path("search/", views.search, name="search"),
    path("me/", views.me, name="me"),
    path("me/file/", views.my_file, name="my_file"),
    path("people/<int:pk>/seen/", views.who_sees, name="who_sees"),
    path("people/<int:pk>/changes/", views.who_changed, name="who_changed"),
    path("with-link/file/", views.link_file, name="link_file"),
    path("draft/", views.draft, name="draft"),
]
