"""Files for billing: each row once to each recipient; runs can be repeated unchanged."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import Connection
from typer.testing import CliRunner

from lib import cli, logs, startup
from lib.exchange.outgoing import FileNotWritten
from lib.services.packages import exports
from lib.services.packages.exports import Exported, ExportRefused, Kind
from tests.kit.identity import execute, fetch

pytestmark = pytest.mark.usefixtures("submitted")
SENDER = "kamal"
READING = (
    "INSERT INTO submitted_reading (account_id, organization_id, meter_id, zone, value, period, "
    "taken_on, submitted_at, login_id, request_key, status, doubts, comment) "
    "SELECT m.account_id, a.organization_id, m.id, :zone, :value, '2014-11-01', :taken, "
    ":submitted, 1, :key, :status, '{}', '' FROM meter m JOIN account a ON a.id = m.account_id "
    "JOIN sender s ON s.id = a.sender_id WHERE s.code = 'kamal' ORDER BY m.id LIMIT 1"
)
PAYMENT = (
    "WITH made AS (INSERT INTO online_payment (account_id, id, request_key, bank, method, bank_id, "
    "amount, fee, status, created_at, paid_at) SELECT a.id, gen_random_uuid(), gen_random_uuid(), "
    "'demo', 'card', :bank_id, 126.93, 1.00, :status, :at, :at FROM account a "
    "JOIN sender s ON s.id = a.sender_id WHERE s.code = 'kamal' AND a.external_id = 'A1' "
    "RETURNING account_id, id) INSERT INTO online_payment_part (account_id, payment_id, group_id, "
    "place, amount, refunded) SELECT made.account_id, made.id, g.id, g.sort, "
    "CASE g.external_id WHEN 'water' THEN 88.53 ELSE 38.40 END, "
    "CASE g.external_id WHEN 'water' THEN CAST(:refunded AS numeric) ELSE 0 END "
    "FROM made, service_group g JOIN sender s ON s.id = g.sender_id "
    "WHERE s.code = 'kamal' AND g.external_id IN ('water', 'housing')"
)
NOON = dt.datetime(2014, 11, 12, 7, 0, tzinfo=dt.UTC)  # noon by the centre's clocks


@pytest.fixture
def submitted(db: Connection) -> None:
    """Two accepted readings and a doubtful one; two payments and a declined one."""
    for zone, status in ((1, "accepted"), (2, "accepted"), (3, "doubtful")):
        execute(
            READING,
            zone=zone,
            value=zone * 10 + 0.5,
            taken=NOON.date(),
            submitted=NOON + dt.timedelta(days=zone),
            key=f"k{zone}",
            status=status,
        )
    execute(PAYMENT, bank_id="pay-1", status="paid", at=NOON, refunded=0)
    execute(PAYMENT, bank_id="pay-2", status="paid", at=NOON + dt.timedelta(days=5), refunded=8.53)
    execute(PAYMENT, bank_id="pay-3", status="declined", at=NOON, refunded=0)


def export(kind: Kind, path: Path, *, since: dt.date | None = None, to: str = "") -> Exported:
    return exports.export(kind=kind, organization=SENDER, recipient=to, since=since, path=path)


def test_readings_are_exported_in_the_documented_format(tmp_path: Path) -> None:
    outcome = export(Kind.READINGS, tmp_path / "readings_out.csv")

    header, first, second = (tmp_path / "readings_out.csv").read_text().splitlines()
    assert header == "reading_id;meter_id;zone;value;taken_on;submitted_at;source"
    (meter,) = fetch(
        "SELECT DISTINCT m.external_id FROM submitted_reading r JOIN meter m ON m.id = r.meter_id"
    )
    number, *rest = first.split(";")
    assert number.isdigit()
    assert rest == [
        meter.external_id,
        *("1", "10.500000", "2014-11-12", "2014-11-13T12:00:00+05:00", "portal"),
    ]
    assert second.split(";")[2] == "2"
    assert outcome.rows == 2


def test_payments_are_split_by_group(tmp_path: Path) -> None:
    export(Kind.PAYMENTS, tmp_path / "payments_out.csv")

    assert (tmp_path / "payments_out.csv").read_text().splitlines() == [
        "acquirer_id;account_id;group_id;amount;paid_at",
        "pay-1;A1;water;88.53;2014-11-12T12:00:00+05:00",
        "pay-1;A1;housing;38.40;2014-11-12T12:00:00+05:00",
        "pay-2;A1;water;80.00;2014-11-17T12:00:00+05:00",
        "pay-2;A1;housing;38.40;2014-11-17T12:00:00+05:00",
    ]


@pytest.mark.parametrize("kind", list(Kind))
def test_each_recipient_gets_a_row_once(tmp_path: Path, kind: Kind) -> None:
    first = export(kind, tmp_path / "1.csv", to="1С")
    again = export(kind, tmp_path / "2.csv", to="1С")
    other = export(kind, tmp_path / "3.csv", to="водоканал")

    assert again == Exported(None, 0)
    assert not (tmp_path / "2.csv").exists()
    assert other.rows == first.rows
    assert (tmp_path / "3.csv").read_bytes() == (tmp_path / "1.csv").read_bytes()


def test_a_start_day_leaves_older_rows_for_a_later_run(tmp_path: Path) -> None:
    later = export(Kind.PAYMENTS, tmp_path / "1.csv", since=dt.date(2014, 11, 13))
    rest = export(Kind.PAYMENTS, tmp_path / "2.csv")

    assert (later.rows, rest.rows) == (2, 2)
    assert "pay-1" in (tmp_path / "2.csv").read_text()


def test_a_day_begins_in_the_centres_zone(tmp_path: Path) -> None:
    """19:30 UTC on the 12th is the 13th in the centre's zone."""
    execute("UPDATE online_payment SET paid_at = '2014-11-12 19:30+00' WHERE bank_id = 'pay-1'")

    assert export(Kind.PAYMENTS, tmp_path / "1.csv", since=dt.date(2014, 11, 13)).rows == 4


def test_a_past_run_is_repeated_byte_for_byte(tmp_path: Path) -> None:
    outcome = export(Kind.PAYMENTS, tmp_path / "1.csv")
    execute("UPDATE online_payment_part SET refunded = amount")

    repeated = exports.repeat_export(
        kind=Kind.PAYMENTS, run_id=outcome.run_id or 0, path=tmp_path / "2.csv"
    )

    assert repeated == outcome
    assert (tmp_path / "2.csv").read_bytes() == (tmp_path / "1.csv").read_bytes()


def test_rows_of_a_failed_export_are_exported_later(tmp_path: Path) -> None:
    with pytest.raises(FileNotWritten, match="не записан"):
        export(Kind.PAYMENTS, tmp_path / "nowhere" / "1.csv")

    assert export(Kind.PAYMENTS, tmp_path / "1.csv").rows == 4
    assert [path.name for path in tmp_path.iterdir()] == ["1.csv"]


def test_a_run_that_could_not_name_its_file_can_be_repeated(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(ExportRefused, match="--run"):
        export(Kind.PAYMENTS, tmp_path / "folder")

    (run,) = fetch("SELECT id FROM export_run")
    exports.repeat_export(kind=Kind.PAYMENTS, run_id=run.id, path=tmp_path / "1.csv")
    assert len((tmp_path / "1.csv").read_text().splitlines()) == 5


def test_unknown_runs_and_recipients_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "1.csv"
    outcome = export(Kind.PAYMENTS, path)
    for kind, run in ((Kind.PAYMENTS, 2**40), (Kind.READINGS, outcome.run_id or 0)):
        with pytest.raises(ExportRefused, match="не было"):
            exports.repeat_export(kind=kind, run_id=run, path=path)
    with pytest.raises(ExportRefused, match="kamal"):
        exports.export(
            kind=Kind.PAYMENTS, organization="nobody", recipient="", since=None, path=path
        )
    with pytest.raises(ExportRefused, match="Название"):
        export(Kind.PAYMENTS, path, to="x" * 65)


def test_an_export_is_recorded(tmp_path: Path) -> None:
    outcome = export(Kind.READINGS, tmp_path / "1.csv", to="1С")

    (event,) = fetch("SELECT details FROM audit_event WHERE action = 'exported'")
    assert event.details == {
        "what": "readings",
        "run": outcome.run_id,
        "rows": 2,
        "recipient": "1С",
        "since": None,
    }


class TestCommand:
    @pytest.fixture(autouse=True)
    def _here(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # the command would replace the logging and connections of the test run
        monkeypatch.setattr(logs, "configure", lambda: None)
        monkeypatch.setattr(startup, "connect", lambda: None)
        monkeypatch.setattr(startup, "disconnect", lambda: None)

    def run(self, *words: str) -> tuple[int, str]:
        result = CliRunner().invoke(cli.app, ["export", *words])
        return result.exit_code, result.output

    def test_writes_reports_and_repeats(self, tmp_path: Path) -> None:
        path = str(tmp_path / "1.csv")
        code, printed = self.run("payments", "--organization", SENDER, "--out", path)
        assert (code, "строк 4" in printed) == (0, True)

        code, printed = self.run("payments", "--organization", SENDER, "--out", path)
        assert (code, "Нового нет" in printed) == (0, True)

        (run,) = fetch("SELECT id FROM export_run")
        code, printed = self.run("payments", "--run", str(run.id), "--out", path)
        assert (code, "строк 4" in printed) == (0, True)

    def test_says_what_is_missing(self, tmp_path: Path) -> None:
        code, printed = self.run("payments", "--out", str(tmp_path / "1.csv"))

        assert (code, "--organization" in printed) == (1, True)
