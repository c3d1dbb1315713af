"""A file that a person sends: its real type, and a copy of it with nothing hidden inside.

The name and the type that the browser sends are not trusted. An image is drawn again, so
that its metadata (the place where it was taken) and other hidden content are lost. A PDF is
stored unchanged, and browsers only get it as a download.
"""

import io
import re
import struct
import zipfile
import zlib
from enum import StrEnum
from threading import BoundedSemaphore

from PIL import Image, ImageOps

from lib.errors import PortalError

MAX_MEGABYTES = 10
KINDS = ("jpg", "jpeg", "png", "pdf")
_MAX_BYTES = MAX_MEGABYTES * 1024 * 1024
_MAX_PIXELS = 50_000_000
_LONGEST_SIDE = 2600  # pixels: small print of a page stays readable
_QUALITY = 82
_DECODERS = BoundedSemaphore(2)
"""An image takes up to 200 MB of memory while it is drawn again: few at a time."""
_PDF_END, _PDF_TAIL = b"%%EOF", 1024
_MARKUP = re.compile(rb"<(?:script|iframe|html|!doctype)", re.IGNORECASE)
"""What a browser that guesses types would take for a web page."""
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    struct.error,
    zlib.error,
)


class MediaType(StrEnum):
    """Types of files that are accepted."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    PDF = "application/pdf"


_BEGINNINGS = {
    b"\xff\xd8\xff": MediaType.JPEG,
    b"\x89PNG\r\n\x1a\n": MediaType.PNG,
    b"%PDF-": MediaType.PDF,
}


class UploadRefused(PortalError):
    """The file is too large, of another type, or not whole."""


def clean_file(content: bytes) -> bytes:
    """Return what may be stored of a file: an image as a new JPEG, a PDF as it is.

    Raises:
        UploadRefused: it is empty, too large, of another type, damaged, or a decompression bomb.
    """
    if len(content) > _MAX_BYTES:
        raise UploadRefused(
            f"Файл больше {MAX_MEGABYTES} МБ. Сфотографируйте документ с меньшим разрешением."
        )
    kind = detect_media_type(content)
    if kind is None:
        raise UploadRefused(
            "Такие файлы не принимаются: нужна фотография JPG или PNG либо документ PDF."
        )
    return _check_pdf(content) if kind is MediaType.PDF else _redraw_image(content)


def detect_media_type(content: bytes) -> MediaType | None:
    """Tell the type by how the content begins; None for one that is not accepted."""
    return next((kind for start, kind in _BEGINNINGS.items() if content.startswith(start)), None)


def _check_pdf(content: bytes) -> bytes:
    """Return the PDF if it ends like one, and is not a web page or an archive as well."""
    if _PDF_END not in content[-_PDF_TAIL:]:
        raise UploadRefused("Документ PDF повреждён: у него нет конца. Сохраните его ещё раз.")
    if _MARKUP.search(content) or zipfile.is_zipfile(io.BytesIO(content)):
        raise UploadRefused(
            "В документе PDF спрятано что-то ещё. Сфотографируйте страницу или сохраните PDF "
            "заново."
        )
    return content


def _redraw_image(content: bytes) -> bytes:
    try:
        with _DECODERS, Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as image:
            if image.width * image.height > _MAX_PIXELS:
                raise _too_many_pixels()
            image.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))  # a JPEG is decoded smaller at once
            return _encode_jpeg(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _too_many_pixels() from bomb
    except _BROKEN as broken:
        raise UploadRefused(
            "Файл повреждён, открыть его не получилось. Сделайте фотографию ещё раз."
        ) from broken


def _encode_jpeg(image: Image.Image) -> bytes:
    layer = image.convert("RGBA" if image.has_transparency_data else "RGB")
    layer.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    upright = ImageOps.exif_transpose(layer)
    # a new image has none of the old one's metadata
    plain = Image.new("RGB", upright.size, "white")
    plain.paste(upright, mask=upright.getchannel("A") if upright.mode == "RGBA" else None)
    written = io.BytesIO()
    plain.save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()


def _too_many_pixels() -> UploadRefused:
    return UploadRefused(
        "В изображении слишком много точек. Сфотографируйте документ с меньшим разрешением."
    )
