"""Attacks by files of appeals: foreign files, false types, hidden content."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from lib import config, storage
from lib.access import AccessDenied, Actor
from lib.services.appeals import files, resident_appeals
from lib.services.appeals.files import FilesRefused
from lib.services.people import sign_in
from lib.storage import StorageAway, folders
from lib.web.failures import HANDLERS
from lib.web.middleware import PortalMiddleware
from lib.web.routes import ROUTES
from tests.attacks.test_uploads import MEGABYTE, PDF, chunk, png, zipped
from tests.kit.appeals import send
from tests.kit.attaching import PASSWORD, newcomer, photo
from tests.kit.identity import execute, fetch

pytestmark = pytest.mark.usefixtures("db")
PAGE = b"<!doctype html><script>alert(document.cookie)</script>"


@pytest.fixture
def clerk(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    return signed_in("staff")


@pytest.fixture
def portal(db: Connection) -> Iterator[TestClient]:
    app = Starlette(
        routes=list(ROUTES),
        exception_handlers=HANDLERS,
        middleware=[Middleware(PortalMiddleware)],
    )
    with TestClient(app, base_url="http://portal.test", follow_redirects=False) as client:
        yield client


def enter(portal: TestClient, actor: str, password: str = "demo-Parol-2014") -> None:

    ticket = sign_in.issue_ticket(name=actor, password=password, visit="v", remember=False)
    portal.cookies.set("kabinet_session", sign_in.open_session(ticket=ticket, visit="v").token)


def sent(actor: Actor, *uploads: tuple[str, bytes]) -> tuple[int, int]:
    """Send an appeal with these files; return account and key of the last one."""
    send(actor, uploads=uploads)
    row = fetch("SELECT account_id, id FROM appeal_file ORDER BY id DESC LIMIT 1")[0]
    return row.account_id, row.id


def address(key: tuple[int, int]) -> str:
    return f"/documents/appeal_files/{key[0]}/{key[1]}"


def stored() -> set[Path]:
    folder = config.get_settings().kabinet_state / "files" / folders.APPEALS
    return set(folder.iterdir()) if folder.exists() else set()


class TestSomebodyElses:
    def test_the_resident_and_the_organisation_get_it(
        self, portal: TestClient, resident: Actor
    ) -> None:
        key = sent(resident, ("Течь в подвале.PNG", png(10, 10)))

        for name in ("resident", "staff"):
            enter(portal, name)
            answer = portal.get(address(key))
            assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
        looks = fetch("SELECT username FROM audit_event WHERE action = 'appeal_file_viewed'")
        assert [look.username for look in looks] == ["staff"]

    def test_nobody_else_gets_it(self, portal: TestClient, resident: Actor) -> None:
        key = sent(resident, ("a.jpg", photo()))
        newcomer()

        assert portal.get(address(key)).status_code == 404
        for name in ("analyst", "admin"):
            enter(portal, name)
            assert portal.get(address(key)).status_code == 404
        enter(portal, "newcomer", PASSWORD)
        assert portal.get(address(key)).status_code == 404
        assert fetch("SELECT FROM audit_event WHERE action = 'appeal_file_viewed'") == []

    def test_a_neighbour_gets_it_under_no_account_key(self, resident: Actor) -> None:
        account_id, file_id = sent(resident, ("a.jpg", photo()))
        neighbour = replace(newcomer(), accounts=(account_id + 1,))

        for account in (account_id, account_id + 1):
            with pytest.raises(AccessDenied):
                files.get_file(actor=neighbour, account_id=account, file_id=file_id)

    def test_staff_of_another_organisation_do_not_get_it(
        self, portal: TestClient, resident: Actor, clerk: Actor
    ) -> None:
        key = sent(resident, ("a.jpg", photo()))
        stranger = replace(clerk, organization_id=(clerk.organization_id or 0) + 1)

        with pytest.raises(AccessDenied):
            files.get_file(actor=stranger, account_id=key[0], file_id=key[1])
        execute(
            "UPDATE login SET organization_id = (SELECT id FROM organization WHERE "
            "external_id = 'heat') WHERE username = 'staff'"
        )
        enter(portal, "staff")
        assert portal.get(address(key)).status_code == 404

    def test_staff_do_not_get_it_after_the_appeal_was_redirected(
        self, resident: Actor, clerk: Actor
    ) -> None:
        key = sent(resident, ("a.jpg", photo()))
        execute(
            "UPDATE appeal SET organization_id = (SELECT id FROM organization WHERE "
            "external_id = 'heat')"
        )

        with pytest.raises(AccessDenied):
            files.get_file(actor=clerk, account_id=key[0], file_id=key[1])

    @pytest.mark.parametrize("made_up", ["0/0", "1/999999", f"{'9' * 30}/1", f"1/{'9' * 30}"])
    def test_a_made_up_number_is_not_found(self, portal: TestClient, made_up: str) -> None:
        for name in ("resident", "staff"):
            enter(portal, name)
            assert portal.get(f"/documents/appeal_files/{made_up}").status_code == 404

    def test_a_deleted_file_is_not_found_and_a_storage_failure_is_reported(
        self, portal: TestClient, resident: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        key = sent(resident, ("a.jpg", photo()))
        enter(portal, "resident")

        def fail(_kind: str, _key: str) -> bytes:
            raise StorageAway

        with monkeypatch.context() as patched:
            patched.setattr(storage, "get", fail)
            answer = portal.get(address(key))
            assert answer.status_code == 503
            assert "Хранилище файлов" in answer.text
        for path in stored():
            path.unlink()
        assert portal.get(address(key)).status_code == 404


class TestWhatIsServed:
    def test_an_image_may_not_run_scripts(self, portal: TestClient, resident: Actor) -> None:
        key = sent(resident, ("a.jpg", photo()))
        enter(portal, "resident")

        headers = portal.get(address(key)).headers

        assert headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert headers["x-content-type-options"] == "nosniff"
        assert "no-store" in headers["cache-control"]

    def test_a_pdf_is_downloaded_and_never_shown_in_the_browser(
        self, portal: TestClient, resident: Actor
    ) -> None:
        key = sent(resident, ("Договор.pdf", PDF))
        enter(portal, "resident")

        answer = portal.get(address(key))

        assert answer.content == PDF
        assert answer.headers["content-disposition"].startswith("attachment; ")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"


class TestFalseTypes:
    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(PAGE, id="html"),
            pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", id="svg"),
            pytest.param(b"<?xml version='1.0'?><svg onload='alert(1)'/>", id="svg in xml"),
            pytest.param(zipped(100), id="zip"),
            pytest.param(b"MZ" + b"\0" * 100, id="program"),
            pytest.param(b"\n%PDF-1.7\n%%EOF", id="a PDF that begins late"),
            pytest.param(b"", id="nothing"),
        ],
    )
    @pytest.mark.parametrize("name", ["photo.jpg", "page.pdf"])
    def test_are_found_by_content_whatever_the_name(self, name: str, content: bytes) -> None:
        with pytest.raises(FilesRefused, match="нужна фотография JPG или PNG либо документ PDF"):
            files.clean_files([(name, content)])

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(b"%PDF-1.7\n" + PAGE + b"\n%%EOF", id="a page inside"),
            pytest.param(b"%PDF-1.7\n%%EOF\n" + PAGE, id="a page behind"),
            pytest.param(b"%PDF-1.7\n" + zipped(100) + b"\n%%EOF", id="an archive inside"),
            pytest.param(b"%PDF-1.7\n%%EOF" + zipped(100), id="an archive behind"),
            pytest.param(b"%PDF-1.7\n%%EOF" + b"\0" * 2000, id="no end"),
        ],
    )
    def test_a_pdf_that_is_also_another_format_is_refused(self, content: bytes) -> None:
        with pytest.raises(FilesRefused, match="PDF"):
            files.clean_files([("a.pdf", content)])

    def test_only_the_picture_is_kept_of_a_picture_with_a_script(self) -> None:
        script = b"*/=alert(1);/*"
        picture = photo()
        # a comment segment, where a script can hide in a picture
        polyglot = picture[:2] + b"\xff\xfe" + (len(script) + 2).to_bytes(2, "big") + script
        (file,) = files.clean_files([("a.jpg", polyglot + picture[2:] + PAGE + PDF)])

        for hidden in (b"alert", b"<script", b"%PDF"):
            assert hidden not in file.content

    def test_where_a_photo_was_taken_is_not_kept(self) -> None:
        exif = Image.Exif()
        exif[0x8825] = {1: "N", 2: (53.0, 23.0, 0.0), 3: "E", 4: (59.0, 2.0, 0.0)}
        exif[0x010F] = "Telephone"
        words = chunk(b"tEXt", b"Comment\0GPS 53.4 N")

        for content in (photo(exif=exif), png(10, 10, words)):
            (file,) = files.clean_files([("a.jpg", content)])
            image = Image.open(io.BytesIO(file.content))
            assert not image.getexif()
            assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
            assert b"Telephone" not in file.content
            assert b"GPS" not in file.content


class TestTooMuch:
    def test_a_pixel_bomb_is_refused(self) -> None:
        with pytest.raises(FilesRefused, match="не принят"):
            files.clean_files([("a.png", png(20_000, 20_000))])

    def test_forty_megabytes_are_refused_in_russian_and_nothing_is_kept(
        self, resident: Actor
    ) -> None:
        before = stored()

        with pytest.raises(FilesRefused, match="больше 10 МБ"):
            send(resident, uploads=[("a.jpg", photo()), ("b.pdf", PDF + b"\0" * 40 * MEGABYTE)])

        assert stored() == before
        assert fetch("SELECT FROM appeal_file") == []
        send(resident, uploads=[("a.jpg", photo())])  # and everything works on

    def test_a_sixth_file_is_refused(self) -> None:
        with pytest.raises(FilesRefused, match="не больше 5"):
            files.clean_files([("a.pdf", PDF)] * 6)


class TestNames:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("../../etc/passwd", "passwd.pdf"),
            ("C:\\Users\\me\\счёт.PDF", "счёт.pdf"),
            ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie: x=1.pdf"),
            ("page.html", "page.html.pdf"),
            ("photo.jpg.exe", "photo.jpg.exe.pdf"),
            ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
            ("...", "файл.pdf"),
            ("", "файл.pdf"),
            ("\0.pdf", "файл.pdf"),
            ("и" * 300 + ".pdf", "и" * 80 + ".pdf"),
        ],
    )
    def test_are_cleaned_and_get_the_suffix_of_the_content(self, name: str, expected: str) -> None:
        (file,) = files.clean_files([(name, PDF)])

        assert file.name == expected

    def test_cannot_break_out_of_the_header(self, portal: TestClient, resident: Actor) -> None:
        key = sent(resident, ('"; filename="evil.html" \'<>.pdf', PDF))
        enter(portal, "resident")

        answer = portal.get(address(key))

        filename = answer.headers["content-disposition"].removeprefix(
            "attachment; filename*=UTF-8''"
        )
        assert not set(filename) & set("\"'<>; ")


def test_no_file_is_left_when_the_transaction_fails(
    resident: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = stored()
    put = storage.put

    def fails_at_the_second(kind: str, content: bytes) -> str:
        if stored() != before:
            raise StorageAway
        return put(kind, content)

    monkeypatch.setattr(storage, "put", fails_at_the_second)
    with pytest.raises(StorageAway):
        send(resident, uploads=[("a.jpg", photo()), ("b.pdf", PDF)], request_key=uuid4().hex)

    assert stored() == before
    assert resident_appeals.list_appeals(actor=resident).count == 0
