"""Looking for somebody in a list, as a search box does: the words are posted, the address gets a key."""

from __future__ import annotations

from django.test import Client


def found_at(client: Client, url: str, words: str, **filters: str) -> str:
    """The address of the list with these words in it."""
    answer = client.post(url, {"find_words": words, **filters})
    assert answer.status_code == 302, answer.status_code
    return answer.headers["Location"]


def query_of(client: Client, url: str, words: str) -> str:
    """The same, from the question mark on."""
    return "?" + found_at(client, url, words).partition("?")[2]
