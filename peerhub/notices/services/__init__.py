"""What happens to messages, by subject: written with a deed, routed and sent, gathered, chosen about."""

from peerhub.notices.channels.push import public_key
from peerhub.notices.letters import letter, neutral
from peerhub.notices.services.choosing import (
    add_device,
    drop,
    hold_kinds,
    release,
    remove_device,
    set_reach,
    try_again,
)
from peerhub.notices.services.digesting import gather_digests
from peerhub.notices.services.previewing import Preview, preview, previews
from peerhub.notices.services.sending import LEASE, MOST_ATTEMPTS, claim, send
from peerhub.notices.services.writing import cancel, compose, write, write_all

HEARTBEAT = "worker-heartbeat"  # where the worker leaves a sign of life, in the cache

__all__ = [
    "HEARTBEAT",
    "LEASE",
    "MOST_ATTEMPTS",
    "Preview",
    "add_device",
    "cancel",
    "claim",
    "compose",
    "drop",
    "gather_digests",
    "hold_kinds",
    "letter",
    "neutral",
    "preview",
    "previews",
    "public_key",
    "release",
    "remove_device",
    "send",
    "set_reach",
    "try_again",
    "write",
    "write_all",
]
