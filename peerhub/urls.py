"""All addresses. Everything about a programme lies under /p/<its name>/; each stage keeps its own pages."""

from allauth.account.decorators import secure_admin_login
from allauth.mfa.webauthn.views import login_webauthn
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from matching.urls import phone
from programmes.by_link import tells_nobody

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's way
login_not_required(login_webauthn)  # a passkey is a way in; allauth leaves saying so to us
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
    path("", include((phone, "phone"))),  # what a phone keeps for days without a connection: of no programme
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("i18n/setlang/", tells_nobody(set_language), name="set_language"),  # the log-in page asks for it too
    path("p/<slug:slug>/", include(programme)),
]
