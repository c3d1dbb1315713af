"""A copy of one's own data: complete, without others' data, for a day."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection

from lib import storage
from lib.access import AccessDenied
from lib.domain import spreadsheet
from lib.domain.mistakes import Report
from lib.jobs import tasks
from lib.services.mistakes import reports
from lib.services.people import data_exports, profiles
from lib.storage import folders
from tests.kit.appeals import send
from tests.kit.attaching import photo
from tests.kit.paid_services import TAP, add_price_list, order_service
from tests.kit.profile import (
    ADDRESS,
    SignedInBrowser,
    enter,
    events,
    execute,
    scalar,
    sign_in_cleanly,
)


@pytest.fixture
def browser(db: Connection) -> SignedInBrowser:
    return sign_in_cleanly()


def order_copy(browser: SignedInBrowser) -> UUID:
    data_exports.request_export(actor=browser.actor, address=ADDRESS)
    export = profiles.get_profile(actor=browser.actor, token=browser.token).export
    assert export is not None
    return export.export_id


def make_copy(browser: SignedInBrowser) -> zipfile.ZipFile:
    key = order_copy(browser)
    tasks.make_data_export(export_id=str(key))
    content = data_exports.get_archive(actor=browser.actor, export_id=key, address=ADDRESS)
    return zipfile.ZipFile(io.BytesIO(content))


def table(archive: zipfile.ZipFile, name: str) -> list[dict[str, object]]:
    return list(json.loads(archive.read(f"json/{name}.json")))


def sheet(archive: zipfile.ZipFile, name: str) -> list[list[str]]:
    text = archive.read(f"csv/{name}.csv").decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_a_copy_is_requested_made_and_downloaded(browser: SignedInBrowser) -> None:
    archive = make_copy(browser)

    assert "начисления" in archive.read("README.txt").decode()
    (login,) = table(archive, "login")
    assert (login["username"], login["email"]) == ("resident", "resident@example.org")
    assert len(table(archive, "accounts")) == 2
    assert [event["details"] for event in events("exported")] == [
        {"step": "requested"},
        {"step": "downloaded"},
    ]


def test_json_and_csv_tables_agree(browser: SignedInBrowser) -> None:
    archive = make_copy(browser)

    for name in ("accounts", "charges", "payments", "readings", "sessions", "accesses", "events"):
        heading, *rows = sheet(archive, name)
        records = table(archive, name)
        assert records, name
        assert len(rows) == len(records)
        assert len(heading) == len(records[0])
    golden = [
        row
        for row in table(archive, "charges")
        if (row["account"], row["period"], row["service"]) == ("0000012345", "2014-10-01", "ХВС")
    ]
    assert golden[0]["accrued"] == "38.38"
    assert any("38,38" in row for row in sheet(archive, "charges"))


def test_a_copy_has_no_neighbours_row_no_open_month_and_no_secret(browser: SignedInBrowser) -> None:
    execute("UPDATE billing_period SET status = 'open' WHERE period = '2014-10-01'")

    archive = make_copy(browser)

    numbers = {row["account"] for row in table(archive, "accesses")}
    assert len(numbers) == 2
    for name in ("accounts", "charges", "payments", "readings"):
        assert {row["account"] for row in table(archive, name)} <= numbers
    assert "2014-10-01" not in {row["period"] for row in table(archive, "charges")}
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert str(scalar("SELECT password_hash FROM login LIMIT 1")).encode() not in everything
    assert "Иванович" not in str(table(archive, "accounts"))


def test_a_second_click_orders_no_second_copy(browser: SignedInBrowser) -> None:
    assert order_copy(browser) == order_copy(browser)
    assert scalar("SELECT count(*) FROM data_export") == 1
    assert scalar("SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%export'") == 1


def test_the_job_may_run_twice_and_after_its_login_is_deleted(browser: SignedInBrowser) -> None:
    key = order_copy(browser)
    tasks.make_data_export(export_id=str(key))
    first = scalar("SELECT file FROM data_export")

    tasks.make_data_export(export_id=str(key))
    tasks.make_data_export(export_id=str(uuid4()))

    assert scalar("SELECT file FROM data_export") == first


def test_a_copy_deleted_while_it_is_made_leaves_no_file(
    browser: SignedInBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = order_copy(browser)
    stored: list[str] = []
    put: Callable[[str, bytes], str] = storage.put

    def deleted_meanwhile(kind: str, content: bytes) -> str:
        execute("DELETE FROM data_export")
        stored.append(put(kind, content))
        return stored[0]

    monkeypatch.setattr(storage, "put", deleted_meanwhile)
    tasks.make_data_export(export_id=str(key))

    with pytest.raises(storage.FileGone):
        storage.get(folders.DATA_EXPORTS, stored[0])


def test_a_copy_that_is_not_made_cannot_be_fetched(browser: SignedInBrowser) -> None:
    key = order_copy(browser)

    with pytest.raises(AccessDenied):
        data_exports.get_archive(actor=browser.actor, export_id=key, address=ADDRESS)


def test_a_copy_and_its_file_are_deleted_after_a_day(browser: SignedInBrowser) -> None:
    key = order_copy(browser)
    tasks.make_data_export(export_id=str(key))
    stored = str(scalar("SELECT file FROM data_export"))
    execute("UPDATE data_export SET expires_at = now()")

    with pytest.raises(AccessDenied):
        data_exports.get_archive(actor=browser.actor, export_id=key, address=ADDRESS)
    data_exports.remove_old_exports()

    assert scalar("SELECT count(*) FROM data_export") == 0
    with pytest.raises(storage.FileGone):
        storage.get(folders.DATA_EXPORTS, stored)


@pytest.mark.parametrize("name", ["staff", "analyst", "admin"])
@pytest.mark.usefixtures("db")
def test_every_role_has_a_copy_of_its_own(name: str) -> None:
    archive = make_copy(enter(name))

    assert table(archive, "login")[0]["username"] == name
    assert table(archive, "accounts") == []


@pytest.mark.usefixtures("db")
def test_typed_text_becomes_no_formula(browser: SignedInBrowser) -> None:
    execute("UPDATE web_session SET browser = '=HYPERLINK(\"x\")'")

    archive = make_copy(browser)

    assert '\'=HYPERLINK("x")' in {cell for row in sheet(archive, "sessions") for cell in row}
    assert spreadsheet.format_cell("-5") == "'-5"


def test_the_worker_has_the_jobs() -> None:
    assert {"make_data_export", "remove_data_exports", "delete_file"} <= tasks.TASKS.keys()


def test_a_copy_contains_appeals(browser: SignedInBrowser) -> None:
    _, number = send(browser.actor, text="Откуда перерасчёт?", uploads=[("акт.jpg", photo())])

    archive = make_copy(browser)

    assert [row["number"] for row in table(archive, "appeals")] == [number]
    assert [row["body"] for row in table(archive, "appeal_lines")] == ["Откуда перерасчёт?"]
    assert [row["name"] for row in table(archive, "appeal_files")] == ["акт.jpg"]


def test_a_copy_contains_orders_and_reports(browser: SignedInBrowser) -> None:
    add_price_list(enter("staff").actor)
    request = order_service(browser.actor)
    words = {"screen": "/charges", "selected": "Превет", "before": "", "after": "", "comment": "и"}
    report = Report(**words, request_key=uuid4().hex)
    reports.report_mistake(reporter=browser.actor, report=report, address=ADDRESS)

    archive = make_copy(browser)

    (service,) = table(archive, "paid_requests")
    assert (service["number"], service["service"]) == (request.number, TAP)
    assert (service["list_price"], service["price"]) == ("1500.00", None)
    (mistake,) = table(archive, "mistakes")
    assert (mistake["selected"], mistake["comment"], mistake["reason"]) == ("Превет", "и", None)
