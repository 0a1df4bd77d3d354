"""The outermost layer: what every answer tells the browser to keep to itself."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# What no page of ours needs is off, also for a page that somebody manages to smuggle in. A passkey may be asked for.
ALLOWED = {"publickey-credentials-get": "(self)", "publickey-credentials-create": "(self)", "clipboard-write": "(self)"}
OFF = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "display-capture"),
    *("encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts"),
    *("magnetometer", "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb"),
    "xr-spatial-tracking",
)
POLICY = ", ".join([*(f"{name}=()" for name in OFF), *(f"{name}={who}" for name, who in ALLOWED.items())])
NOT_KEPT = "no-store, private, max-age=0"


class Headers:
    """Nothing with a session is kept by a browser or a proxy, whatever made the answer: page, redirect, file, error.

    Without a session the same holds unless the answer says otherwise itself. Static files keep their long life; what
    a page may not do stands beside pages, not beside each of the files that a phone loads with one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the headers."""
        response = self.get_response(request)
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["X-Permitted-Cross-Domain-Policies"] = "none"
        if not request.path.startswith(settings.STATIC_URL) or response.status_code >= 400:  # noqa: PLR2004  # errors
            response.headers["Permissions-Policy"] = POLICY
            self._forbid_keeping(request, response)
        return response

    def _forbid_keeping(self, request: HttpRequest, response: HttpResponse) -> None:
        """The session is known by its cookie: asking who it is would cost a query, and the answer is made already."""
        name = settings.SESSION_COOKIE_NAME
        with_session = name in request.COOKIES or name in response.cookies
        said = response.headers.get("Cache-Control", "")
        if "no-store" not in said and (with_session or not said):
            response.headers["Cache-Control"] = NOT_KEPT
