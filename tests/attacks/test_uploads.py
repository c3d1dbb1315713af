"""Attacks by files: false types, bombs, endless uploads, foreign files."""

import io
import random
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PIL import Image
from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.web.server.starlette import starlette_routes

from lib.access import AccessDenied, Actor
from lib.documents import upload
from lib.documents.upload import UploadRefused
from lib.services.accounts import request_queue, requests
from lib.services.people import sign_in
from lib.web.failures import HANDLERS
from lib.web.middleware import PortalMiddleware
from lib.web.routes import ROUTES
from tests.kit.attaching import HOME, PASSWORD, golden_claim, newcomer, photo
from tests.kit.identity import execute, fetch

MEGABYTE = 1024 * 1024
PDF = b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF"


def zipped(size: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("photo.jpg", b"\0" * size)
    return buffer.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


def png(width: int, height: int, *extra: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", head), *extra, chunk(b"IDAT", rows), chunk(b"IEND", b""))
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(zipped(100), id="zip"),
        pytest.param(zipped(40 * MEGABYTE), id="zip bomb"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", id="svg"),
        pytest.param(b"<!doctype html><script>alert(1)</script>", id="html"),
        pytest.param(b"MZ" + b"\0" * 100, id="program"),
        pytest.param(b"GIF89a" + b"\0" * 100, id="gif"),
        pytest.param(b" %PDF-1.7", id="a PDF that begins late"),
        pytest.param("фотография".encode(), id="text"),
    ],
)
def test_a_file_with_a_false_type_is_refused(content: bytes) -> None:
    with pytest.raises(UploadRefused, match="JPG или PNG либо документ PDF"):
        upload.clean_file(content)


@pytest.mark.parametrize(
    "content", [b"\xff\xd8\xff" + b"<script>" * 50, b"\x89PNG\r\n\x1a\n", photo()[:200]]
)
def test_a_right_file_signature_is_not_enough(content: bytes) -> None:
    with pytest.raises(UploadRefused, match="повреждён"):
        upload.clean_file(content)


@pytest.mark.parametrize("side", [8_000, 20_000, 60_000, 2**31 - 1])
def test_a_pixel_bomb_is_refused_before_it_is_unpacked(side: int) -> None:
    bomb = png(side, side)
    tracemalloc.start()

    with pytest.raises(UploadRefused):
        upload.clean_file(bomb)

    assert tracemalloc.get_traced_memory()[1] < 20 * MEGABYTE
    tracemalloc.stop()


def test_a_text_bomb_in_an_image_is_refused() -> None:
    words = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 70 * MEGABYTE))

    with pytest.raises(UploadRefused):
        upload.clean_file(png(10, 10, words))


def test_hidden_data_in_an_image_is_removed() -> None:
    hidden = Image.Exif()
    hidden[0x8825] = {2: (53.0, 23.0, 0.0)}
    page = photo(exif=hidden) + b"<script>alert(1)</script>" + zipped(100)

    cleaned = upload.clean_file(page)

    assert b"script" not in cleaned
    assert b"PK" not in cleaned
    assert not Image.open(io.BytesIO(cleaned)).getexif()


def test_images_of_every_mode_become_plain_photos() -> None:
    for mode in ("RGBA", "LA", "P", "L", "1", "I;16"):
        buffer = io.BytesIO()
        Image.new(mode, (30, 20)).save(buffer, "PNG")
        assert Image.open(io.BytesIO(upload.clean_file(buffer.getvalue()))).size == (30, 20)


def test_a_sideways_photo_is_set_upright_and_a_large_one_made_smaller() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6

    cleaned = Image.open(io.BytesIO(upload.clean_file(photo((4000, 3000), exif=turned))))

    assert cleaned.height == 2600
    assert cleaned.width < cleaned.height


@pytest.mark.filterwarnings("ignore")
def test_damaged_images_are_refused_or_drawn_but_never_break_anything() -> None:
    chance = random.Random(4)  # noqa: S311 - repeatable damage
    for number in range(300):
        source = Image.frombytes("RGB", (40, 40), chance.randbytes(4800))
        buffer = io.BytesIO()
        source.save(buffer, "PNG" if number % 2 else "JPEG")
        damaged = bytearray(buffer.getvalue())
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(3, len(damaged))] = chance.randrange(256)
        try:
            assert upload.clean_file(bytes(damaged)).startswith(b"\xff\xd8\xff")
        except UploadRefused:
            continue


def test_forty_megabytes_are_refused_by_the_service(db: Connection) -> None:
    actor = newcomer()

    with pytest.raises(UploadRefused, match="больше 10 МБ"):
        requests.request_account(
            actor=actor,
            claim=golden_claim(),
            comment="",
            content=photo() + b"\0" * 40 * MEGABYTE,
            address=HOME,
        )

    assert requests.list_own_requests(actor=actor) == ()


@pytest.mark.parametrize(
    "is_length_declared", [True, False], ids=["by its length", "as it streams"]
)
def test_forty_megabytes_are_never_read_into_memory(
    monkeypatch: pytest.MonkeyPatch, *, is_length_declared: bool
) -> None:
    monkeypatch.setattr(starlette_routes, "is_xsrf_enabled", lambda: False)
    manager = MemoryUploadedFileManager("/_stcore/upload_file")
    runtime = cast("Any", SimpleNamespace(is_active_session=lambda _: True))
    server = Starlette(routes=starlette_routes.create_upload_routes(runtime, manager, None))

    def body() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
        for _ in range(40):
            yield b"\0" * MEGABYTE

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    if is_length_declared:
        headers["Content-Length"] = str(40 * MEGABYTE)
    answer = TestClient(server).put("/_stcore/upload_file/s/f", content=body(), headers=headers)

    assert answer.status_code == 413
    assert manager.get_files("s", ["f"]) == []


@pytest.mark.usefixtures("db")
class TestDocument:
    """The document of a request, asked for by its number."""

    @pytest.fixture
    def portal(self) -> Iterator[TestClient]:
        app = Starlette(
            routes=list(ROUTES),
            exception_handlers=HANDLERS,
            middleware=[Middleware(PortalMiddleware)],
        )
        with TestClient(app, base_url="http://portal.test", follow_redirects=False) as client:
            yield client

    def enter(self, portal: TestClient, name: str, password: str = "demo-Parol-2014") -> None:
        ticket = sign_in.issue_ticket(name=name, password=password, visit="v", remember=False)
        token = sign_in.open_session(ticket=ticket, visit="v").token
        portal.cookies.set("kabinet_session", token)

    def sent(self, content: bytes) -> str:
        """Ask for an account with a document; return the document's address."""
        requests.request_account(
            actor=newcomer(), claim=golden_claim(), comment="", content=content, address=HOME
        )
        (row,) = fetch("SELECT id FROM account_request")
        return f"/documents/account_requests/{row.id}"

    def test_is_shown_to_staff_and_may_not_run_scripts(self, portal: TestClient) -> None:
        address = self.sent(photo())
        self.enter(portal, "staff")

        answer = portal.get(address)

        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "no-store" in answer.headers["cache-control"]

    def test_a_pdf_is_downloaded_and_never_opened_in_the_browser(self, portal: TestClient) -> None:
        address = self.sent(PDF)
        self.enter(portal, "staff")

        answer = portal.get(address)

        assert answer.content == PDF
        assert answer.headers["content-disposition"] == 'attachment; filename="request.pdf"'

    def test_is_hidden_from_everybody_else(self, portal: TestClient) -> None:
        address = self.sent(photo())
        assert portal.get(address).status_code == 404
        for name in ("resident", "analyst", "admin"):
            self.enter(portal, name)
            assert portal.get(address).status_code == 404
        self.enter(portal, "newcomer", PASSWORD)
        assert portal.get(address).status_code == 404
        assert fetch("SELECT FROM audit_event WHERE action = 'account_viewed'") == []

    def test_is_hidden_from_staff_of_another_organisation(self, portal: TestClient) -> None:
        address = self.sent(photo())
        execute(
            "UPDATE login SET organization_id = (SELECT id FROM organization WHERE "
            "external_id = 'heat') WHERE username = 'staff'"
        )
        self.enter(portal, "staff")

        assert portal.get(address).status_code == 404

    @pytest.mark.parametrize("key", ["0", "999999", "9" * 30, "-1", "1e3", "abc", "1/../2"])
    def test_a_made_up_number_is_not_found(self, portal: TestClient, key: str) -> None:
        self.enter(portal, "staff")

        assert portal.get(f"/documents/account_requests/{key}").status_code == 404

    def test_the_service_refuses_staff_of_another_organisation(
        self, signed_in: Callable[..., Actor]
    ) -> None:
        self.sent(photo())
        (row,) = fetch("SELECT id FROM account_request")
        clerk = signed_in("staff")
        stranger = replace(clerk, organization_id=(clerk.organization_id or 0) + 1)

        with pytest.raises(AccessDenied):
            request_queue.get_photo(actor=stranger, request_id=row.id, address=HOME)
