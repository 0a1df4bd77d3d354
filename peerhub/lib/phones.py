"""Whose phone is it? What waits on a phone belongs to one person, who is known there by a number that tells nothing."""

from __future__ import annotations

from django.utils.crypto import salted_hmac

LENGTH = 20


def owner_of(user_id: int) -> str:
    """The same for one log-in always, different for each, and of no use to anybody else."""
    return salted_hmac("peerhub.phone", str(user_id), algorithm="sha256").hexdigest()[:LENGTH]
