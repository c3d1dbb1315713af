"""Malicious packages and broken packages."""

import os
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lib.exchange import source
from lib.exchange.findings import Severity
from lib.exchange.source import PackageRefused, open_source
from tests.kit.packages import read_package

Write = Callable[..., Path]
NEWS = "news_id;published_on;title;body\nn1;2014-10-01;Т;Текст\n"


def refusal(path: Path) -> str:
    with pytest.raises(PackageRefused) as caught:
        read_package(path)
    return str(caught.value)


def archive(path: Path, *members: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members:
            packed.writestr(name, data)
    return path


def test_a_missing_package_is_refused(tmp_path: Path) -> None:
    assert "не найден" in refusal(tmp_path / "нет.zip")
    assert "нет manifest.json" in refusal(tmp_path)


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x05\x06", b"a;b\n1;2\n", bytes(100_000)])
def test_what_is_not_a_zip_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "p.zip"
    path.write_bytes(data)
    assert "не ZIP-архив" in refusal(path)


@pytest.mark.parametrize("name", ["../x.csv", "/etc/x.csv", "a/../../x", "..\\x.csv", "C:\\x"])
def test_paths_outside_the_archive_are_refused(tmp_path: Path, name: str) -> None:
    assert "за пределы" in refusal(archive(tmp_path / "p.zip", (name, b"1")))


def test_links_are_refused_in_zip_and_folder(tmp_path: Path, write_package: Write) -> None:
    link = zipfile.ZipInfo("accruals.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert "ссылка" in refusal(archive(tmp_path / "p.zip", (link, b"/etc/passwd")))
    folder = write_package({"news.csv": NEWS})
    (folder / "accruals.csv").symlink_to("/etc/passwd")
    assert "ссылка" in refusal(folder)


def test_pipes_are_refused(tmp_path: Path, write_package: Write) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "особый файл" in refusal(tmp_path / "pipe")
    folder = write_package({"news.csv": NEWS})
    os.mkfifo(folder / "accruals.csv")
    assert "особый файл" in refusal(folder)


def test_a_file_replaced_by_a_link_is_not_followed(write_package: Write) -> None:
    folder = write_package({"news.csv": NEWS})
    with open_source(folder) as opened:
        (folder / "news.csv").unlink()
        (folder / "news.csv").symlink_to("/etc/passwd")
        with pytest.raises(PackageRefused):
            opened.read("news.csv")


def test_encrypted_and_unusually_compressed_members_are_refused(
    tmp_path: Path, write_package: Write
) -> None:
    data = bytearray(write_package({"news.csv": NEWS}, zipped=True).read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    (tmp_path / "e.zip").write_bytes(data)
    assert "зашифрован" in refusal(tmp_path / "e.zip")
    with zipfile.ZipFile(tmp_path / "l.zip", "w", zipfile.ZIP_LZMA) as packed:
        packed.writestr("manifest.json", "{}")
    assert "Deflate" in refusal(tmp_path / "l.zip")


def test_members_named_twice_are_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        path = archive(tmp_path / "p.zip", ("news.csv", b"1"), ("news.csv", b"2"))
    assert "дважды" in refusal(path)


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    many = [(f"f{number}.csv", b"") for number in range(source.MAX_MEMBERS + 1)]
    assert "слишком много" in refusal(archive(tmp_path / "p.zip", *many))
    for name, _ in many:
        (tmp_path / name).touch()
    assert "слишком много" in refusal(tmp_path)


def test_a_huge_directory_is_refused_before_it_is_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archive(tmp_path / "p.zip", *((f"f{number}", b"") for number in range(100)))
    monkeypatch.setattr(source, "MAX_DIRECTORY_BYTES", 1_000)
    assert "слишком много" in refusal(path)


def test_a_directory_hidden_in_the_zip64_record_is_measured(tmp_path: Path) -> None:
    path = archive(tmp_path / "p.zip", ("a", b""))
    data = path.read_bytes()
    at = data.index(b"PK\x05\x06")
    record = b"PK\x06\x06" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, 1, 1, 1 << 40, 0)
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, at, 1)
    path.write_bytes(data[:at] + record + locator + data[at:])
    assert "слишком много" in refusal(path)


def test_zip_bombs_are_stopped_while_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write_package: Write
) -> None:
    path = write_package({"news.csv": bytes(3_000_000)}, zipped=True)
    for limit, value, words in (
        ("RATIO_FREE_BYTES", 1_000_000, "бомбу"),
        ("MAX_TOTAL_BYTES", 2_000_000, "вместе больше"),
        ("MAX_FILE_BYTES", 2_000_000, "Файл news.csv больше"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(source, limit, value)
            patch.setattr(source, "_CHUNK", 100_000)
            assert words in refusal(path)
    monkeypatch.setattr(source, "MAX_FILE_BYTES", 2_000_000)
    assert "больше" in refusal(write_package({"news.csv": bytes(3_000_000)}))


def test_a_header_with_false_sizes_is_refused(tmp_path: Path, write_package: Write) -> None:
    data = bytearray(write_package({"news.csv": NEWS * 100}, zipped=True).read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<L", 10)
    (tmp_path / "l.zip").write_bytes(data)
    assert "повреждён" in refusal(tmp_path / "l.zip")


def test_a_truncated_archive_is_refused(tmp_path: Path, write_package: Write) -> None:
    data = write_package({"news.csv": NEWS}, zipped=True).read_bytes()
    path = tmp_path / "t.zip"
    for length in range(0, len(data), 7):
        path.write_bytes(data[:length])
        assert "не ZIP-архив" in refusal(path)


def test_a_folder_inside_the_archive_gets_a_hint(tmp_path: Path) -> None:
    path = archive(tmp_path / "p.zip", ("2014-10/manifest.json", b"{}"))
    assert "лежит в папке «2014-10/»" in refusal(path)


def test_nested_archives_and_strange_files_are_skipped(write_package: Write) -> None:
    contents = {"news.csv": NEWS, "inner.zip": b"PK\x03\x04", "a/news.csv": NEWS}
    findings = list(read_package(write_package(contents, zipped=True)).findings)
    unknown = [found for found in findings if found.code == "unknown-file"]
    assert [found.file for found in unknown] == ["a/news.csv", "inner.zip"]
    assert {found.severity for found in findings} == {Severity.WARNING}
    assert unknown[0].reason == "файл не описан форматом, пропущен"
