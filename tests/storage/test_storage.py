"""Both storages behind one interface: a folder and an S3 server."""

import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from moto.server import ThreadedMotoServer

from lib import config, storage
from lib.config import Settings
from lib.storage import FileGone, StorageAway
from tests.kit.portal import free_port

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KIND, BUCKET = "appeals", "kabinet-files"
NO_KEY = "0" * 32


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a local S3 server."""
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    url = f"http://{host}:{port}"
    client(url).create_bucket(Bucket=BUCKET)
    yield url
    moto.stop()


def client(url: str) -> "S3Client":
    """Return an S3 client of the test."""
    return boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    )


def set_settings(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    """Set the storage's settings for one test."""
    settings: Settings = config.read_settings(
        {"KABINET_DEMO": "1", **{name.upper(): value for name, value in values.items()}}
    )
    monkeypatch.setattr(config, "get_settings", lambda: settings)


def in_bucket(monkeypatch: pytest.MonkeyPatch, endpoint: str, bucket: str = BUCKET) -> None:
    set_settings(
        monkeypatch,
        storage_url=f"s3://{bucket}/portal",
        storage_endpoint=endpoint,
        storage_key="key",
        storage_secret="secret",
    )


@pytest.fixture(params=["folder", "bucket"])
def place(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """Set up each of the storages, without files."""
    if request.param == "folder":
        set_settings(monkeypatch, kabinet_state=str(tmp_path))
    else:
        in_bucket(monkeypatch, request.getfixturevalue("server"))
    return str(request.param)


@pytest.mark.usefixtures("place")
class TestEitherStorage:
    def test_stores_a_file_and_returns_it(self) -> None:
        content = bytes(range(256)) * 40

        key = storage.put(KIND, content)

        assert storage.get(KIND, key) == content

    def test_gives_every_file_its_own_key(self) -> None:
        assert storage.put(KIND, b"same") != storage.put(KIND, b"same")

    def test_a_deleted_file_is_gone_and_may_be_deleted_again(self) -> None:
        key = storage.put(KIND, b"once")
        storage.delete(KIND, key)
        storage.delete(KIND, key)

        with pytest.raises(FileGone):
            storage.get(KIND, key)

    def test_a_file_is_found_only_under_its_own_kind(self) -> None:
        key = storage.put(KIND, b"one's own")

        with pytest.raises(FileGone):
            storage.get("account_requests", key)

    @pytest.mark.parametrize("key", [NO_KEY, "", "..", "../../etc/passwd", "A" * 32, "0" * 31])
    def test_an_invalid_storage_key_is_refused(self, key: str) -> None:
        with pytest.raises(FileGone):
            storage.get(KIND, key)


class TestTheBucket:
    def test_stores_files_under_the_prefix(
        self, server: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        in_bucket(monkeypatch, server)

        key = storage.put(KIND, b"there")

        found = client(server).get_object(Bucket=BUCKET, Key=f"portal/{KIND}/{key}")
        assert found["Body"].read() == b"there"

    def test_without_a_bucket_of_that_name_refuses(
        self, server: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        in_bucket(monkeypatch, server, "nobody-made-it")

        with pytest.raises(StorageAway, match="Хранилище файлов сейчас недоступно"):
            storage.put(KIND, b"lost")
        with pytest.raises(StorageAway):
            storage.get(KIND, NO_KEY)

    def test_with_wrong_keys_refuses(self, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
        in_bucket(monkeypatch, server)
        key = storage.put(KIND, b"kept")
        ask_for_keys(server, after=b"0")
        try:
            with pytest.raises(StorageAway):
                storage.put(KIND, b"lost")
            with pytest.raises(StorageAway):
                storage.get(KIND, key)
        finally:
            ask_for_keys(server, after=b"Infinity")
        assert storage.get(KIND, key) == b"kept"

    def test_with_its_server_away_refuses(self, monkeypatch: pytest.MonkeyPatch) -> None:
        in_bucket(monkeypatch, f"http://127.0.0.1:{free_port()}")

        for step in (
            lambda: storage.put(KIND, b"lost"),
            lambda: storage.get(KIND, NO_KEY),
            lambda: storage.delete(KIND, NO_KEY),
        ):
            with pytest.raises(StorageAway):
                step()


def test_a_folder_that_is_full_or_foreign_refuses_and_keeps_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_settings(monkeypatch, kabinet_state=str(tmp_path))
    (tmp_path / "files").write_text("a file where the folder should be")

    with pytest.raises(StorageAway):
        storage.put(KIND, b"lost")
    with pytest.raises(StorageAway):
        storage.get(KIND, NO_KEY)


def ask_for_keys(server: str, *, after: bytes) -> None:
    """Let the server refuse all access keys after a number of requests."""
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{server}/moto-api/reset-auth", data=after, headers={"Content-Type": "text/plain"}
    )
    urllib.request.urlopen(request).close()  # noqa: S310 - loopback
