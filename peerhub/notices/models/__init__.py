"""The outbox, and how somebody may be reached."""

from peerhub.notices.models.notice import HeldKind, Notice
from peerhub.notices.models.reach import Device, Reach

__all__ = ["Device", "HeldKind", "Notice", "Reach"]
