"""Manifests that are missing, false, broken or of another version."""

import json
from typing import Any

import pytest

from lib.exchange.manifest import parse_manifest
from lib.exchange.source import PackageRefused

GOOD: dict[str, Any] = {
    "format": "erkc-exchange",
    "version": "1.0",
    "organization": "kamal",
    "created_at": "2014-11-01T09:00:00+05:00",
    "mode": "full",
    "period": "2014-10",
    "period_status": "open",
    "files": [{"name": "accruals.csv", "rows": 1, "sha256": "A" * 64, "sums": {"paid": "0.00"}}],
}


def refusal(data: bytes) -> str:
    with pytest.raises(PackageRefused) as caught:
        parse_manifest(data)
    return str(caught.value)


def test_bom_is_accepted_and_hex_is_lowered() -> None:
    manifest = parse_manifest(b"\xef\xbb\xbf" + json.dumps(GOOD).encode())
    assert manifest.files[0].sha256 == "a" * 64


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("format", "other", "ожидается"),
        ("version", "2.0", "Версия формата «2.0» не поддерживается"),
        ("version", 1, "не поддерживается"),
        ("organization", "", "нет organization"),
        ("organization", "a\u0000b", "управляющие"),
        ("organization", "\ud800", "управляющие"),
        ("created_at", "2014-11-01T09:00:00", "часовым поясом"),
        ("created_at", "вчера", "часовым поясом"),
        ("mode", "half", "mode – одно из: full, delta"),
        ("period", "2014-13", "месяц вида 2014-10"),
        ("period", 201410, "месяц вида 2014-10"),
        ("period_status", None, "period_status"),
        ("files", [], "непустой список"),
        ("files", ["accruals.csv"], "объект {name, rows, sha256}"),
        ("files", GOOD["files"] * 2, "описан дважды"),
        ("files", [{**GOOD["files"][0], "rows": True}], "rows"),
        ("files", [{**GOOD["files"][0], "rows": -1}], "rows"),
        ("files", [{**GOOD["files"][0], "sha256": "12"}], "sha256"),
        ("files", [{**GOOD["files"][0], "sums": {"paid": "1,5"}}], "число с точкой"),
        ("files", [{**GOOD["files"][0], "sums": {"paid": "NaN"}}], "число с точкой"),
        ("files", [{**GOOD["files"][0], "sums": []}], "sums"),
    ],
)
def test_each_wrong_value_is_named(name: str, value: object, words: str) -> None:
    assert words in refusal(json.dumps({**GOOD, name: value}).encode())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "не правильный JSON"),
        (b'{"a": 1', "строка 1"),
        (b"[]", "должен быть объектом"),
        (b"[" * 100_000, "не правильный JSON"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "не правильный JSON"),
        ("{«".encode("cp1251"), "UTF-8"),
        (b'{"a": 1, "a": 2}', "дважды"),
        (b" " * (1024 * 1024 + 1), "больше 1 МиБ"),
    ],
)
def test_a_file_that_is_not_a_manifest_is_refused(data: bytes, words: str) -> None:
    assert words in refusal(data)


def test_all_problems_are_reported_at_once() -> None:
    sentence = refusal(json.dumps({**GOOD, "mode": "x", "period": "y"}).encode())
    assert "mode" in sentence
    assert "period" in sentence


def test_each_fault_is_reported_with_its_file() -> None:
    wrong = {"name": "payments.csv", "rows": "1", "sha256": "x", "sums": {"amount": True}}
    sentence = refusal(json.dumps({**GOOD, "files": [*GOOD["files"], wrong]}).encode())
    assert sentence.count("payments.csv: ") == 3
    assert "payments.csv: сумма amount – число с точкой" in sentence


def test_a_field_that_the_format_does_not_have_is_ignored() -> None:
    manifest = parse_manifest(json.dumps({**GOOD, "comment": "hello"}).encode())
    assert manifest.organization == "kamal"
