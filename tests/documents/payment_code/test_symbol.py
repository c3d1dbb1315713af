"""Codes for paper: zxing-cpp lays them out like package `qrcode`, and they can be scanned."""

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_8BIT_BYTE, QRData

from lib.documents.payment_code.symbol import QUIET_ZONE_MODULES, Symbol, make_symbol

SCALE = 4


def picture_of(symbol: Symbol) -> Image.Image:
    image = Image.frombytes("1", (symbol.side, symbol.side), symbol.rows)
    side = symbol.side + 2 * QUIET_ZONE_MODULES
    picture = Image.new("1", (side, side), 1)
    picture.paste(image, (QUIET_ZONE_MODULES, QUIET_ZONE_MODULES))
    return picture.resize((side * SCALE, side * SCALE)).convert("L")


def modules_of(symbol: Symbol) -> list[list[bool]]:
    image = Image.frombytes("1", (symbol.side, symbol.side), symbol.rows)
    return [[not image.getpixel((x, y)) for x in range(symbol.side)] for y in range(symbol.side)]


def reference(payload: bytes) -> QRCode:
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=0)
    code.add_data(QRData(payload, mode=MODE_8BIT_BYTE))
    code.make(fit=True)
    return code


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=1, max_size=550))
def test_any_bytes_read_back_without_an_encoding_header(payload: bytes) -> None:
    (read,) = zxingcpp.read_barcodes(picture_of(make_symbol(payload)))

    assert read.bytes == payload
    assert read.ec_level == "M"
    assert read.symbology_identifier == "]Q1"  # with Q2 there would be a header


@settings(max_examples=20, deadline=None)
@given(st.text("абвгдяёЖЩЪ«»,=|hn", min_size=1, max_size=270), st.sampled_from(["utf-8", "cp1251"]))
def test_text_has_the_modules_of_package_qrcode(text: str, encoding: str) -> None:
    payload = text.encode(encoding, "replace")

    assert modules_of(make_symbol(payload)) == reference(payload).get_matrix()


@pytest.mark.parametrize("size", [1, 14, 15, 213, 214, 331, 332, 362, 412, 450, 550, 2331])
def test_the_size_equals_that_of_a_code_on_screen(size: int) -> None:
    digits = b"7" * size

    assert make_symbol(digits).side == reference(digits).modules_count
    assert make_symbol(b"\xe0" * size).side == reference(digits).modules_count


def test_more_than_the_largest_symbol_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        make_symbol(b"x" * 2332)
