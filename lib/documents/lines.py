"""Breaking text into lines that fit a width; nothing is ever cut off."""

from lib.documents.pdf_page import face_of
from lib.documents.typeface import Typeface

_MAX_ABBREVIATION = 4


def wrapped(text: str, *, width: float, size: float, bold: bool = False) -> list[str]:
    """Break text at spaces, and inside words that are wider than a line.

    Args:
        text: No-break spaces in it hold.
        width: Points.
        size: Of the letters, points.
        bold: The weight it will be drawn in.
    """
    face = face_of(bold=bold)
    whole = face.printable(text)
    if face.width(whole, size) <= width:
        return [whole]
    lines: list[str] = [""]
    for next_word in whole.split(" "):
        word = next_word
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if face.width(joined, size) <= width:
            lines[-1] = joined
            continue
        lines[-1], word = _with_abbreviation(lines[-1], word)
        pieces = _pieces(word, face=face, width=width, size=size)
        lines[-1:] = [lines[-1], *pieces] if lines[-1] else pieces
    return lines


def longest_word(text: str, *, size: float, bold: bool = False) -> float:
    """Measure the narrowest column that needs no break inside a word, points."""
    face = face_of(bold=bold)
    return max(face.width(word, size) for word in face.printable(text).split(" "))


def _with_abbreviation(line: str, word: str) -> tuple[str, str]:
    """Take «кв.» over to the line of its number."""
    rest, _, last = line.rpartition(" ")
    if rest and last.endswith(".") and len(last) <= _MAX_ABBREVIATION:
        return rest, f"{last} {word}"
    return line, word


def _pieces(word: str, *, face: Typeface, width: float, size: float) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and face.width(pieces[-1] + letter, size) > width:
            pieces.append(letter)
        else:
            pieces[-1] += letter
    return pieces
