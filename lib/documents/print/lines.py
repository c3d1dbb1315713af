"""Breaking text into lines that fit a width; nothing is ever cut off."""

from functools import lru_cache

from lib.documents.print.fonts import Face, get_face

_MAX_ABBREVIATION = 4


def wrap_text(text: str, *, width: float, size: float, bold: bool = False) -> list[str]:
    """Break text at spaces, and inside words that are wider than a line.

    Args:
        text: It is not broken at no-break spaces.
        width: Points.
        size: Of the letters, points.
        bold: The weight it will be drawn in.
    """
    line = get_face(bold=bold).line(text)
    if line.units * size / 1000 <= width:
        return [line.text]
    return _break_lines(line.text, face=get_face(bold=bold), width=width, size=size)


def _break_lines(whole: str, *, face: Face, width: float, size: float) -> list[str]:
    lines, used = [""], 0
    for next_word, units in _words(face, whole):
        word = next_word
        longer = used + face.space + units if lines[-1] else units
        if longer * size / 1000 <= width:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
            used = longer
            continue
        lines[-1], word = _with_abbreviation(lines[-1], word)
        pieces = _pieces(word, face=face, width=width, size=size)
        lines[-1:] = [lines[-1], *pieces] if lines[-1] else pieces
        used = face.line(lines[-1]).units
    return lines


# words recur in every document; column widths do not, so whole lines are not cached
@lru_cache(maxsize=2048)
def _words(face: Face, whole: str) -> tuple[tuple[str, int], ...]:
    return tuple((word, face.line(word).units) for word in whole.split(" "))


def measure_longest_word(text: str, *, bold: bool = False) -> int:
    """Measure the narrowest column that needs no break inside a word, thousandths of the size."""
    face = get_face(bold=bold)
    return max(face.line(word).units for word in face.line(text).text.split(" "))


def _with_abbreviation(line: str, word: str) -> tuple[str, str]:
    """Move an abbreviation such as «кв.» to the line of its number."""
    rest, _, last = line.rpartition(" ")
    if rest and last.endswith(".") and len(last) <= _MAX_ABBREVIATION:
        return rest, f"{last} {word}"
    return line, word


def _pieces(word: str, *, face: Face, width: float, size: float) -> list[str]:
    if face.measure(word, size) <= width:
        return [word]
    pieces, used = [""], 0
    for letter in word:
        units = face.line(letter).units
        if pieces[-1] and (used + units) * size / 1000 > width:
            pieces.append("")
            used = 0
        pieces[-1] += letter
        used += units
    return pieces
