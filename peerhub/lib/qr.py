"""A link as a picture that a phone reads from a sheet of paper."""

from __future__ import annotations

import base64
import io

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.svg import SvgPathImage


def as_picture(text: str) -> str:
    """The address of an SVG picture of the text, with the picture in it: nothing is fetched from elsewhere."""
    drawn = io.BytesIO()
    qrcode.make(text, image_factory=SvgPathImage, error_correction=ERROR_CORRECT_M, border=2).save(drawn)
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.getvalue()).decode()}"
