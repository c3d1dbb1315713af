"""TrueType without its hints: what a printer never reads and every file would carry.

Hints steer the drawing of letters on coarse screens. PT Sans spends more bytes on
them than on its outlines, so two embedded subsets with hints would make a receipt
three times as large. Table layouts: OpenType specification, «glyf», «loca», «head».
"""

from itertools import pairwise
from struct import pack, unpack_from

from reportlab.pdfbase.ttfonts import TTFontMaker

_KEPT_TABLES = ("OS/2", "cmap", "hhea", "hmtx", "maxp", "name", "post")
_HEAD_LOCA_FORMAT = 50
_ARGS_ARE_WORDS, _HAS_SCALE, _MORE, _HAS_XY_SCALE, _HAS_2X2 = 0x01, 0x08, 0x20, 0x40, 0x80
_HAS_INSTRUCTIONS = 0x100


def without_hints(font: bytes) -> bytes:
    """Rebuild a TrueType file with its outlines and metrics only.

    Args:
        font: The whole file, one face.

    Returns:
        A file of the same glyphs under the same numbers.
    """
    tables = _tables(font)
    glyphs = [_stripped(glyph) for glyph in _glyphs(tables)]
    maker = TTFontMaker()
    for tag in _KEPT_TABLES:
        maker.add(tag, tables[tag])
    head = tables["head"]
    long_offsets = head[:_HEAD_LOCA_FORMAT] + b"\x00\x01" + head[_HEAD_LOCA_FORMAT + 2 :]
    maker.add("head", long_offsets)
    maker.add("glyf", b"".join(glyphs))
    maker.add("loca", _loca(glyphs))
    return bytes(maker.makeStream())


def _tables(font: bytes) -> dict[str, bytes]:
    (count,) = unpack_from(">H", font, 4)
    found = {}
    for position in range(12, 12 + 16 * count, 16):
        tag, _, offset, length = unpack_from(">4sLLL", font, position)
        found[tag.decode("ascii")] = font[offset : offset + length]
    return found


def _glyphs(tables: dict[str, bytes]) -> list[bytes]:
    loca, glyf = tables["loca"], tables["glyf"]
    (is_long,) = unpack_from(">h", tables["head"], _HEAD_LOCA_FORMAT)
    if is_long:
        offsets = list(unpack_from(f">{len(loca) // 4}L", loca))
    else:
        offsets = [2 * half for half in unpack_from(f">{len(loca) // 2}H", loca)]
    return [glyf[start:end] for start, end in pairwise(offsets)]


def _loca(glyphs: list[bytes]) -> bytes:
    offsets = [0]
    for glyph in glyphs:
        offsets.append(offsets[-1] + len(glyph))
    return pack(f">{len(offsets)}L", *offsets)


def _stripped(glyph: bytes) -> bytes:
    if not glyph:
        return glyph
    (contours,) = unpack_from(">h", glyph)
    bare = _composite(glyph) if contours < 0 else _simple(glyph, contours)
    return bare + b"\0" * (-len(bare) % 4)


def _simple(glyph: bytes, contours: int) -> bytes:
    position = 10 + 2 * contours
    (length,) = unpack_from(">H", glyph, position)
    return glyph[:position] + b"\0\0" + glyph[position + 2 + length :]


def _composite(glyph: bytes) -> bytes:
    """Clear the flag of instructions in every part and drop what follows the last part."""
    bare, position, flags = bytearray(glyph), 10, _MORE
    while flags & _MORE:
        (flags,) = unpack_from(">H", glyph, position)
        bare[position : position + 2] = pack(">H", flags & ~_HAS_INSTRUCTIONS)
        position += 8 if flags & _ARGS_ARE_WORDS else 6
        for flag, size in ((_HAS_SCALE, 2), (_HAS_XY_SCALE, 4), (_HAS_2X2, 8)):
            position += size if flags & flag else 0
    return bytes(bare[:position])
