"""An embedded subset as the objects of a PDF file, made once for the letters all documents use."""

import zlib
from dataclasses import dataclass
from functools import lru_cache

from lib.documents.print.fonts import Subset

_SYMBOLIC = 4  # codes are the subset's own, not a standard alphabet's
_LETTERS_IN_A_BLOCK = 100  # the limit of one «bfchar» operator


@dataclass(frozen=True, slots=True)
class FontObjects:
    """Finished objects; descriptor and font still lack the references put in for «%s».

    Attributes:
        program: The font file.
        letters: Which letter each code is.
        descriptor: Refers to the program.
        font: Refers to the descriptor and the letters.
    """

    program: bytes
    letters: bytes
    descriptor: str
    font: str


# A few keep the rare ones of a print run; the base ones are asked for once.
@lru_cache(maxsize=8)
def font_objects(subset: Subset) -> FontObjects:
    """Write the four objects of a subset."""
    name = f"{_tag(subset)}+{subset.face_name}"
    return FontObjects(
        program=stream(subset.program, entries=f"/Length1 {len(subset.program)}"),
        letters=stream(_unicode_map(name, subset.letters)),
        descriptor=(
            f"<</Type/FontDescriptor/FontName/{name}/Flags {_SYMBOLIC}{subset.metrics}"
            "/FontFile2 %s>>"
        ),
        font=(
            f"<</Type/Font/Subtype/TrueType/BaseFont/{name}"
            f"/FirstChar 1/LastChar {len(subset.letters)}"
            f"/Widths[{' '.join(map(str, subset.widths))}]"
            "/FontDescriptor %s/ToUnicode %s>>"
        ),
    )


def stream(content: bytes, *, entries: str = "", level: int = zlib.Z_BEST_COMPRESSION) -> bytes:
    """Deflate content into a stream object."""
    packed = zlib.compress(content, level)
    head = f"<</Filter/FlateDecode/Length {len(packed)}{entries}>>\nstream\n"
    return head.encode("ascii") + packed + b"\nendstream"


def _tag(subset: Subset) -> str:
    """Spell six capitals that stand for the set of letters, as the format asks of a subset."""
    number = zlib.crc32(f"{subset.resource}{subset.letters}".encode())
    return "".join(chr(ord("A") + number // 26**place % 26) for place in range(6))


def _unicode_map(name: str, letters: str) -> bytes:
    """Say which letter each code is, so that text can be found, copied and read aloud."""
    pairs = [f"<{code:02X}> <{ord(letter):04X}>" for code, letter in enumerate(letters, start=1)]
    blocks = []
    for start in range(0, len(pairs), _LETTERS_IN_A_BLOCK):
        block = pairs[start : start + _LETTERS_IN_A_BLOCK]
        blocks.append("\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"]))
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo <</Registry (Adobe)/Ordering (UCS)/Supplement 0>> def",
            f"/CMapName /{name} def /CMapType 2 def",
            "1 begincodespacerange <00> <FF> endcodespacerange",
            *blocks,
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    ).encode("ascii")
