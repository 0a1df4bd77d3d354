"""Words typed into a search box. They are names of people, so no address carries them.

The box posts the words; they are kept in the session under a short random key, and the answer leads back to the same
page with ``?find=<key>`` beside the other filters.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect

FIELD = "find_words"
KEY = "find"
KEPT = "finding"
MOST_KEPT = 20
LONGEST = 200
# What may stand in an address beside the key: codes and numbers, never a typed sentence.
CODE = re.compile(r"[\w.,:-]{1,60}", re.ASCII)
NOT_KEPT = {FIELD, KEY, "page", "p", "csrfmiddlewaretoken"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What somebody looks for on this page."""

    words: str = ""
    key: str = ""
    stale: bool = False


def finding_of(request: HttpRequest) -> Finding:
    """The words behind the key in the address; none, and stale, when the session does not know the key."""
    key = request.GET.get(KEY, "")
    if not key:
        return Finding()
    words = request.session.get(KEPT, {}).get(key)
    return Finding(words, key) if isinstance(words, str) else Finding(stale=True)


def is_search(request: HttpRequest) -> bool:
    """Whether somebody pressed the button of a search box."""
    return request.method == "POST" and FIELD in request.POST


def keep(request: HttpRequest, words: str) -> str:
    """Keep the words in the session, twenty searches at most; returns their key. The same words keep theirs."""
    kept = dict(request.session.get(KEPT, {}))
    key = next((key for key, known in kept.items() if known == words), "") or secrets.token_urlsafe(6)
    kept.pop(key, None)
    kept[key] = words
    request.session[KEPT] = dict(list(kept.items())[-MOST_KEPT:])
    return key


def to_found(request: HttpRequest) -> HttpResponseRedirect:
    """Back to the page that was searched on, with the key of the words and the other filters of the form."""
    words = " ".join(request.POST[FIELD].split())[:LONGEST]
    asked = {name: value for name, value in request.POST.items() if name not in NOT_KEPT and CODE.fullmatch(str(value))}
    if words:
        asked[KEY] = keep(request, words)
    return HttpResponseRedirect(f"{request.path}?{urlencode(asked)}" if asked else request.path)


def without_words(request: HttpRequest) -> str:
    """The address of this list without its words, for “Clear”; empty when nothing was looked for."""
    if KEY not in request.GET:
        return ""
    rest = {name: value for name, value in request.GET.items() if name not in NOT_KEPT}
    return f"?{urlencode(rest)}" if rest else request.path
