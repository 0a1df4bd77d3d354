"""All addresses. Everything about a programme lies under /p/<its name>/; each stage keeps its own pages."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's way
admin.site.site_header = admin.site.site_title = "peerhub"

programme = [
    path("", include("programmes.urls")),
    path("", include("recruitment.urls")),
    path("", include("training.urls")),
    path("", include("matching.urls")),
    path("", include("supervision.urls")),
    path("", include("evaluation.urls")),
]

urlpatterns = [
    path("", include("peerhub.home.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("p/<slug:slug>/", include(programme)),
]
