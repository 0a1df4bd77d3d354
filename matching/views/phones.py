from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from matching.forms.visits import MissedForm, VisitForm, WorkForm

# What the page without a connection needs. Nothing of it knows anybody.
SCRIPTS = ("theme", "dialogs", "forms", "drafts", "page", "queue", "phone", "offline")
SHELL = (
    *("css/tokens.css", "css/layout.css", "css/peerhub.css", "icons.svg", "img/logo.svg", "img/favicon.svg"),
    *("fonts/noto-sans-latin-wght-normal.woff2", "manifest.webmanifest"),
    *(f"js/{name}.js" for name in SCRIPTS),
)
LONG_AGO, NOBODYS = date(2000, 1, 1), UUID(int=0)
BOOTSTRAP = "vendor/bootstrap/bootstrap{}.min.css"


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


@login_not_required
@transaction.non_atomic_requests
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page a phone keeps: both sheets, empty, without a name. A script shows on it what waits on this phone."""
    empty: dict[str, Any] = {"today": LONG_AGO, "initial": {"client_id": NOBODYS}}  # the phone fills in both
    context = {
        "held": VisitForm(**empty, auto_id="held_%s"),
        "missed": MissedForm(**empty, auto_id="missed_%s"),
        "work": WorkForm(**empty, auto_id="work_%s"),
    }
    with translation.override(_language(request)):
        response = render(request, "phone/offline.html", context)
    response.headers["Cache-Control"] = "no-cache"
    return response


@login_not_required
@transaction.non_atomic_requests
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. Its version is that of everything it keeps, so that a phone renews the whole or nothing."""
    language = _language(request)
    rtl = ".rtl" if translation.get_language_info(language)["bidi"] else ""
    shell = [static(name) for name in (*SHELL, BOOTSTRAP.format(rtl))]
    source = (settings.BASE_DIR / "static" / "js" / "worker.js").read_text()
    told = {
        "PAGE": f"{reverse('phone:offline')}?language={language}",
        "QUEUE": static("js/queue.js"),
        "PUSH": static("js/push.js"),
        "SHELL": shell,
    }
    words = offline(request).content.decode()
    told["VERSION"] = sha256(json.dumps([told, source, words]).encode()).hexdigest()[:16]
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in told.items())
    response = HttpResponse(head + source, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response
