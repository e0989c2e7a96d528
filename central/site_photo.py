"""A photograph of a waiting area: read, made small, and written anew, so that nothing travels in it but the picture."""

import base64
import io

MOST_BYTES = 12 << 20
MOST_PIXELS = 60_000_000
WIDE, HIGH = 640, 400
"""The kiosk shows it on some hand's breadth."""
LARGEST = 45_000
"""Bytes as it travels; each kiosk gets it with the rules of its site."""
_FORMATS = ("JPEG", "PNG")


class PhotoError(ValueError):
    """A file is no photograph that can be used. The message says why."""


def read(file: bytes) -> str:
    """The photograph in a JPEG or PNG file as a small JPEG in base64, without anything that the camera wrote beside it.

    Raises ``PhotoError``.
    """
    from PIL import Image, ImageOps

    if len(file) > MOST_BYTES:
        raise PhotoError(f"the file is larger than {MOST_BYTES >> 20} MiB")
    try:
        with Image.open(io.BytesIO(file), formats=_FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise PhotoError("it has too many pixels")
            # As it was held, which only the camera's own notes tell.
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        if isinstance(error, PhotoError):
            raise
        raise PhotoError("it is no JPEG and no PNG that can be read") from None
    upright.thumbnail((WIDE, HIGH))
    plain = Image.new("RGB", upright.size)
    plain.paste(upright)
    for quality in (80, 70, 60, 45, 30, 15):
        written = io.BytesIO()
        plain.save(written, "JPEG", quality=quality, optimize=True)
        if written.tell() <= LARGEST:
            return base64.b64encode(written.getvalue()).decode()
    raise PhotoError("it cannot be made small enough")
