"""What somebody typed is kept when it could not be sent, and forgotten when it was."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.people.models import Draft, User
from peerhub.people.services import drop_draft, keep_draft, typed_in
from programmes.access import member_of
from programmes.models import Programme

FIELD = "draft"  # the hidden field by which a form names its draft
KEY = re.compile(r"[a-z0-9_-]{1,60}")
NOT_TYPED = re.compile(r"csrfmiddlewaretoken|draft|deed|client_id|.*password.*")
SENT = {302, 303}


def key_of(posted: QueryDict) -> str:
    """The draft that a form names; empty when it has none."""
    key = posted.get(FIELD, "")
    return key if KEY.fullmatch(key) else ""


def keep_posted(request: HttpRequest, slug: str, now: datetime) -> None:
    """Keep the text of a form that came too late or was refused. Without a draft or a role nothing is done."""
    key = key_of(request.POST) if request.method == "POST" else ""
    if not key or not slug:
        return
    fields = {name: value for name, value in request.POST.items() if not NOT_TYPED.fullmatch(name)}
    try:
        member, _programme = member_of(cast("User", request.user), slug)
        keep_draft(key, fields={name: str(value) for name, value in fields.items()}, by=member, now=now)
    except (Http404, Refused):
        return


def fields_of(text: str) -> dict[str, str]:
    """The fields that a script sends, by name. Raises BadRequest for anything else."""
    try:
        fields = json.loads(text)
    except ValueError as error:
        raise BadRequest from error
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        raise BadRequest
    return {name: value for name, value in fields.items() if not NOT_TYPED.fullmatch(name)}


def offered(key: str, *, member: Member, programme: Programme) -> dict[str, Any]:
    """What a form may be filled with again, and since when it was kept; nothing when there is no draft."""
    draft = Draft.objects.visible_to(member).filter(key=key).first()
    fields = typed_in(draft) if draft else {}
    if not draft or not fields:
        return {}
    at = draft.updated_at.astimezone(ZoneInfo(programme.timezone))
    said = _("We kept what you typed on %(day)s at %(time)s.")
    return {"fields": fields, "said": said % {"day": date_format(at, "l"), "time": date_format(at, "H:i")}}


class Drafts:
    """After a form with a draft: sent well, the draft goes; refused or broken, what was posted is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """A page that did its deed leads on to another one; everything else was not done."""
        response = self.get_response(request)
        member: Member | None = getattr(request, "member", None)
        member = member if member and member.person_id else None  # an administrator types nothing here
        key = key_of(request.POST) if request.method == "POST" and member else ""
        if member and key and response.status_code in SENT and not getattr(request, "not_done", False):
            drop_draft(key, owner=member)
        elif member and key:
            slug = request.resolver_match.kwargs["slug"] if request.resolver_match else ""
            keep_posted(request, slug, timezone.now())
        return response
