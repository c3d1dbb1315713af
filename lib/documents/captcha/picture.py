"""A captcha to look at: digits that a person reads and a program reads badly."""

from captcha.image import ImageCaptcha

_WIDTH, _HEIGHT = 220, 80


def draw(digits: str) -> bytes:
    """Draw the digits as PNG, different each time."""
    picture: bytes = ImageCaptcha(width=_WIDTH, height=_HEIGHT).generate(digits).getvalue()
    return picture
