import numpy as np
import pytest
import zxingcpp

from lib.domain.payment_code.image import QUIET_ZONE_MODULES, matrix
from lib.domain.payment_code.writer import Encoding, encode

SCALE = 4
MANDATORY = {
    "Name": 'ООО "Пример ЖКХ"',
    "PersonalAcc": "40702810300000000042",
    "BankName": 'АО "БАНК ДЛЯ ПРИМЕРОВ"',
    "BIC": "047599999",
    "CorrespAcc": "30101810300000000999",
}


def scanned(modules: tuple[tuple[bool, ...], ...]) -> tuple[str, bytes]:
    """Take a picture of the modules as a phone would and read it back."""
    black = np.pad(np.array(modules), QUIET_ZONE_MODULES)
    picture = np.where(np.kron(black, np.ones((SCALE, SCALE), dtype=bool)), 0, 255)
    found = zxingcpp.read_barcodes(picture.astype(np.uint8))
    assert len(found) == 1
    return found[0].ec_level, found[0].bytes


@pytest.mark.parametrize("encoding", Encoding)
def test_a_scanner_reads_the_very_bytes(encoding: Encoding) -> None:
    raw = encode(MANDATORY, encoding=encoding)
    assert scanned(matrix(raw)) == ("M", raw)


def test_the_largest_payload_fits_version_18() -> None:
    fields = MANDATORY | {"Purpose": "Ж" * 100}
    spare = 550 - len(encode(fields | {"QuittId": "1"}, encoding=Encoding.UTF8)) + 1
    raw = encode(fields | {"QuittId": "1" * spare}, encoding=Encoding.UTF8)
    modules = matrix(raw)
    assert len(raw) == 550
    assert len(modules) == len(modules[0]) == 89
    assert scanned(modules) == ("M", raw)


def test_the_quiet_zone_is_left_to_whoever_draws() -> None:
    modules = matrix(encode(MANDATORY, encoding=Encoding.UTF8))
    assert all(modules[0][:7])
    assert all(row[0] for row in modules[:7])
