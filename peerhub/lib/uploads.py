"""How much of an upload is taken in at all, before any page looks at it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler

MOST = 12 * 1024 * 1024  # a page may take less, and then says so in a sentence


class BoundedUploadHandler(MemoryFileUploadHandler):
    """Keeps a file in memory, up to a limit; a larger request is answered with 400 and leaves nothing on the disk."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803  # Django's name
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """Look at the length that the request states."""
        if content_length > MOST:
            raise RequestDataTooBig
        self.activated, self.taken = True, 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Count what really comes."""
        self.taken += len(raw_data)
        if self.taken > MOST:
            raise RequestDataTooBig
        return super().receive_data_chunk(raw_data, start)
