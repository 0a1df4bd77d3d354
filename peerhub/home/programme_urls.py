from django.urls import path

from peerhub.home import feeds, messages, views

urlpatterns = [
    path("", views.overview, name="overview"),
    path("messages/", messages.messages, name="messages"),
    path("messages/<int:pk>/again/", messages.message_again, name="message_again"),
    path("messages/held/", messages.messages_held, name="messages_held"),
    path("messages/tomorrow/", messages.messages_tomorrow, name="messages_tomorrow"),
    path("messages/preview/", messages.messages_preview, name="messages_preview"),
    path("messages/of/<int:pk>/", messages.person_messages, name="person_messages"),
    path("me/messages/", messages.my_messages, name="my_messages"),
    path("me/messages/allow/", messages.push_add, name="push_add"),
    path("me/messages/end/", messages.push_remove, name="push_remove"),
    path("search/", views.search, name="search"),
    path("me/", views.me, name="me"),
    path("me/file/", views.my_file, name="my_file"),
    path("me/calendar/", feeds.my_calendar, name="my_calendar"),
    path("people/<int:pk>/seen/", views.who_sees, name="who_sees"),
    path("people/<int:pk>/changes/", views.who_changed, name="who_changed"),
    path("with-link/file/", views.link_file, name="link_file"),
    path("draft/", views.draft, name="draft"),
]
