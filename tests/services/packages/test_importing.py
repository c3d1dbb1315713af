"""A package is imported completely or not at all, and the portal shows its data."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from db import session as database
from lib.exchange.findings import Severity
from lib.exchange.source import PackageRefused
from lib.exchange.verdict import Verdict
from lib.services.packages import importing


def counts() -> dict[str, int]:
    with database.transaction(database.OPERATOR) as session:
        names = session.scalars(
            text(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
                "AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'alembic_version'"
            )
        ).all()
        return {name: session.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in names}


@pytest.fixture
def edit_golden(
    tmp_path: Path, golden_folder: Path, sealed: Callable[[Path], None]
) -> Callable[..., Path]:
    """Copy the golden package, replace a text in it and correct the manifest."""

    def make(name: str, old: str, new: str, **manifest: str) -> Path:
        target = tmp_path / f"package-{len(list(tmp_path.iterdir()))}"
        shutil.copytree(golden_folder, target)
        path = target / name
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))
        sealed(target, **manifest)
        return target

    return make


@pytest.mark.usefixtures("empty")
class TestImportPackage:
    def test_imports_the_golden_package_with_three_remarks(self, golden_folder: Path) -> None:
        outcome = importing.import_package(golden_folder)

        assert outcome.verdict is Verdict.IMPORTED
        assert [outcome.findings.count(s) for s in Severity] == [0, 0, 3]
        after = counts()
        assert (after["account"], after["accrual"], after["payment"]) == (1, 10, 1)
        assert (after["bill"], after["meter"], after["reading"]) == (1, 3, 5)

    def test_the_same_package_twice_changes_nothing_and_says_so(self, golden_folder: Path) -> None:
        importing.import_package(golden_folder)
        before = counts()

        again = importing.import_package(golden_folder)

        assert again.verdict is Verdict.UNCHANGED
        assert counts() == before

    def test_imports_a_zip_like_a_folder(self, golden_folder: Path, tmp_path: Path) -> None:
        archive = shutil.make_archive(str(tmp_path / "package"), "zip", golden_folder)

        assert importing.import_package(Path(archive)).verdict is Verdict.IMPORTED
        assert importing.import_package(golden_folder).verdict is Verdict.UNCHANGED

    def test_a_dry_run_reports_changes_and_makes_none(self, golden_folder: Path) -> None:
        before = counts()

        outcome = importing.import_package(golden_folder, is_dry_run=True)

        assert outcome.verdict is Verdict.CHECKED
        assert outcome.changes["accruals"].added == 10
        assert counts() == before

    def test_a_different_package_for_a_closed_period_is_refused(
        self, golden_folder: Path, edit_golden: Callable[..., Path]
    ) -> None:
        importing.import_package(golden_folder)
        before = counts()

        outcome = importing.import_package(edit_golden("houses.csv", "1984", "1985"))

        assert outcome.verdict is Verdict.REFUSED
        assert [f.code for f in outcome.findings if f.severity is Severity.ERROR] == [
            "period_closed"
        ]
        assert counts() == before

    def test_an_open_period_is_corrected_line_by_line(
        self, edit_golden: Callable[..., Path]
    ) -> None:
        importing.import_package(edit_golden("houses.csv", "1984", "1984", period_status="open"))
        corrected = edit_golden(
            "accruals.csv",
            "A1;sewer;2014-10;20.95;meter;1.0000;20.95;20.95;;;20.95;41.90",
            "A1;sewer;2014-10;20.95;meter;2.0000;20.95;41.90;;;41.90;62.85",
        )

        outcome = importing.import_package(corrected)

        assert outcome.verdict is Verdict.IMPORTED
        change = outcome.changes["accruals"]
        assert (change.added, change.changed, change.removed) == (0, 1, 0)
        assert counts()["accrual"] == 10

    @pytest.mark.parametrize(("mode", "lines"), [("delta", 10), ("full", 9)])
    def test_full_replaces_the_month_and_delta_keeps_missing_lines(
        self, edit_golden: Callable[..., Path], mode: str, lines: int
    ) -> None:
        importing.import_package(edit_golden("houses.csv", "1984", "1984", period_status="open"))
        without = edit_golden(
            "accruals.csv",
            "A1;chute;2014-10;0.76;area;;-55.14;28.96;;;28.96;-26.18\n",
            "",
            mode=mode,
        )

        assert importing.import_package(without).verdict is Verdict.IMPORTED

        assert counts()["accrual"] == lines

    def test_one_bad_row_refuses_the_whole_package(self, edit_golden: Callable[..., Path]) -> None:
        before = counts()
        broken = edit_golden("accruals.csv", ";20.95;41.90", ";20.95;41.91")

        outcome = importing.import_package(broken)

        assert outcome.verdict is Verdict.REFUSED
        [found] = [f for f in outcome.findings if f.severity is Severity.ERROR]
        assert (found.file, found.line, found.column) == ("accruals.csv", 2, "closing")
        assert counts() == before

    def test_a_second_sender_with_the_same_ids_changes_nothing_of_the_first(
        self, golden_folder: Path, edit_golden: Callable[..., Path]
    ) -> None:
        importing.import_package(golden_folder)
        with database.transaction(database.OPERATOR) as session:
            before = session.execute(text("SELECT * FROM account")).one()
            lines = session.execute(
                text("SELECT * FROM accrual ORDER BY account_id, service_id")
            ).all()
        foreign = edit_golden("accounts.csv", "Муравьев", "Стрижов", organization="other")

        assert importing.import_package(foreign).verdict is Verdict.IMPORTED

        with database.transaction(database.OPERATOR) as session:
            accounts = session.execute(text("SELECT * FROM account ORDER BY id")).all()
            names = session.scalars(text("SELECT last_name FROM payer ORDER BY account_id")).all()
            unchanged = session.execute(
                text("SELECT * FROM accrual WHERE account_id = :id ORDER BY service_id"),
                {"id": before.id},
            ).all()
        assert len(accounts) == 2
        assert accounts[0] == before
        assert [account.external_id for account in accounts] == ["A1", "A1"]
        assert names == ["Муравьев", "Стрижов"]
        assert unchanged == lines

    def test_an_unknown_reference_is_reported(self, edit_golden: Callable[..., Path]) -> None:
        outcome = importing.import_package(edit_golden("accounts.csv", ";p154;", ";p999;"))

        assert outcome.verdict is Verdict.REFUSED
        [found] = [f for f in outcome.findings if f.severity is Severity.ERROR]
        assert (found.file, found.column, found.value) == ("accounts.csv", "premise_id", "p999")

    def test_a_missing_package_is_refused_in_one_sentence(self, tmp_path: Path) -> None:
        with pytest.raises(PackageRefused):
            importing.import_package(tmp_path / "nowhere.zip")


@pytest.mark.usefixtures("empty")
def test_a_break_between_months_is_a_warning(edit_golden: Callable[..., Path]) -> None:
    importing.import_package(edit_golden("houses.csv", "1984", "1984"))
    november = edit_golden("accruals.csv", ";2014-10;", ";2014-11;", period="2014-11")
    (november / "documents.csv").unlink()
    outcome = importing.import_package(november)
    assert outcome.verdict is Verdict.REFUSED  # the manifest still names documents.csv
