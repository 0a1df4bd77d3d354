from django.urls import path

from training import views

app_name = "training"
urlpatterns = [
    path("training/", views.training, name="training"),
    path("certificates/<int:pk>/", views.certificate, name="certificate"),
]
