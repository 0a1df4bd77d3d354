"""What is typed and not sent is kept, sealed, for a week."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.lib.sealing import Unreadable, seal, unseal
from peerhub.people.models import MOST_TYPED, Draft

MOST_DRAFTS = 20


@transaction.atomic
def keep_draft(key: str, *, fields: Mapping[str, str], by: Member, now: datetime) -> None:
    """Keep what somebody has typed into a form so far; nothing typed any more means nothing kept.

    A person keeps twenty drafts; the oldest make room. Raises Refused for a text that is too long.
    """
    text = json.dumps({name: value for name, value in fields.items() if value.strip()}, ensure_ascii=False)
    if len(text.encode()) > MOST_TYPED:
        raise Refused(_("This text is too long to be kept while you type. Please send it, or keep a copy."))
    if text == "{}":
        drop_draft(key, owner=by)
        return
    draft = Draft(programme_id=by.programme_id, person_id=by.person_id, key=key, updated_at=now)
    draft.ciphertext = seal(text, purpose=draft.place)
    Draft.objects.bulk_create(
        [draft], update_conflicts=True, unique_fields=["person", "key"], update_fields=["ciphertext", "updated_at"]
    )
    mine = Draft.objects.filter(person_id=by.person_id).order_by("-updated_at", "-pk")
    Draft.objects.filter(pk__in=list(mine.values_list("pk", flat=True)[MOST_DRAFTS:])).delete()


@transaction.atomic
def drop_draft(key: str, *, owner: Member) -> bool:
    """The form was sent, or its text thrown away. Returns whether there was something to drop."""
    gone, _tables = Draft.objects.visible_to(owner).filter(key=key).delete()
    return bool(gone)


@transaction.atomic
def drop_old_drafts(*, now: datetime) -> int:
    """Nobody came back for a week: the text goes. Returns how many went."""
    gone, _tables = Draft.objects.too_old(now).delete()
    return gone


def typed_in(draft: Draft) -> dict[str, str]:
    """What was typed, by field; nothing when the key of this place was changed since."""
    try:
        fields: dict[str, str] = json.loads(unseal(draft.ciphertext, purpose=draft.place))
    except Unreadable:
        return {}
    return fields
