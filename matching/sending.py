"""A link for a participant's own phone: what it is for, its address, and the same as a picture to scan."""

from __future__ import annotations

import base64
import io
from datetime import datetime
from typing import Any

import qrcode
from django.utils.translation import gettext as _
from qrcode.image.svg import SvgPathImage

from matching.choices import MatchStatus
from matching.models import Match
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.people.choices import Purpose
from peerhub.people.services import make_link, revoke_links


def link_for(match: Match, *, by: Member, now: datetime) -> dict[str, Any]:
    """The one link that counts from now on; raises Refused when there is nothing she could answer."""
    purpose, words = _purpose(match)
    subject = f"match:{match.pk}"
    revoke_links(match.participant_person, by=by, now=now, purpose=purpose, subject=subject)
    address = make_link(purpose=purpose, person=match.participant_person, subject=subject, by=by, now=now)
    return {"address": address, "picture": picture_of(address), "purpose": words}


def _purpose(match: Match) -> tuple[Purpose, str]:
    if match.status == MatchStatus.PROPOSED and match.participant_accepted_on is None:
        return Purpose.ANSWER_PROPOSAL, _("With this link she answers the proposal.")
    if match.status == MatchStatus.INTRODUCED and match.participant_agreed_on is None:
        return Purpose.CONFIRM_AGREEMENT, _("With this link she reads the agreement and confirms it.")
    raise Refused(_("There is nothing to answer by link now."))


def picture_of(address: str) -> str:
    """The address as a QR code, inside the page itself: no other server hears of it."""
    stream = io.BytesIO()
    qrcode.make(address, image_factory=SvgPathImage, border=2).save(stream)
    return "data:image/svg+xml;base64," + base64.b64encode(stream.getvalue()).decode()
