"""Codes for a screen: a picture that a phone reads byte for byte."""

import io

import pytest
import zxingcpp
from PIL import Image

from lib.documents.payment_code.picture import draw_picture
from lib.domain.payment_code.writer import Encoding, encode

MODULE, QUIET_ZONE = 8, 4
MANDATORY = {
    "Name": 'ООО "Пример ЖКХ"',
    "PersonalAcc": "40702810300000000042",
    "BankName": 'АО "БАНК ДЛЯ ПРИМЕРОВ"',
    "BIC": "047599999",
    "CorrespAcc": "30101810300000000999",
}


def open_picture(payload: bytes) -> Image.Image:
    return Image.open(io.BytesIO(draw_picture(payload))).convert("L")


@pytest.mark.parametrize("encoding", Encoding)
def test_a_scanner_reads_the_very_bytes(encoding: Encoding) -> None:
    raw = encode(MANDATORY, encoding=encoding)

    (read,) = zxingcpp.read_barcodes(open_picture(raw))

    assert (read.ec_level, read.bytes, read.symbology_identifier) == ("M", raw, "]Q1")


def test_the_largest_payload_fits_version_18() -> None:
    fields = MANDATORY | {"Purpose": "Ж" * 100}
    spare = 550 - len(encode(fields | {"QuittId": "1"}, encoding=Encoding.UTF8)) + 1
    raw = encode(fields | {"QuittId": "1" * spare}, encoding=Encoding.UTF8)

    picture = open_picture(raw)

    assert len(raw) == 550
    assert picture.size == ((89 + 2 * QUIET_ZONE) * MODULE,) * 2
    assert zxingcpp.read_barcodes(picture)[0].bytes == raw


def test_the_picture_has_its_quiet_zone() -> None:
    picture = open_picture(encode(MANDATORY, encoding=Encoding.UTF8))
    margin = QUIET_ZONE * MODULE

    for edge in ((0, 0, picture.width, margin), (0, 0, margin, picture.height)):
        assert picture.crop(edge).getextrema() == (255, 255)
    assert picture.getpixel((margin, margin)) == 0
