"""What the worker sweeps away by itself."""

import datetime as dt

import pytest

from lib import clock, jobs
from lib.access import Actor
from tests.kit.appeals import send
from tests.kit.identity import asked, changed, letters, register, solved


@pytest.mark.usefixtures("db")
def test_old_attempts_and_registrations_go_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.load()
    register()
    solved()
    late = clock.now() + dt.timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: late)

    for name in ("remove_old_attempts", "remove_stale_registrations"):
        assert name in jobs.PERIODS
        jobs.TASKS[name].function()

    assert asked("SELECT FROM attempt UNION ALL SELECT FROM captcha") == []
    assert asked("SELECT FROM login WHERE username = 'kamalia'") == []


@pytest.mark.usefixtures("db")
def test_letters_about_appeals_and_their_end_are_the_workers(resident: Actor) -> None:
    jobs.load()
    send(resident)
    (job,) = asked(
        "SELECT args FROM procrastinate_jobs WHERE task_name = 'tell_of_appeal' "
        "ORDER BY id DESC LIMIT 1"
    )

    jobs.TASKS["tell_of_appeal"].function(**job.args)
    changed("UPDATE appeal SET status = 'completed', status_at = status_at - interval '8 days'")
    jobs.TASKS["close_appeals"].function()

    assert {letter.recipient for letter in letters()} == {
        "resident@example.org",
        "staff@example.org",
    }
    assert [row.status for row in asked("SELECT status FROM appeal")] == ["closed"]
    assert jobs.PERIODS["close_appeals"] == "43 * * * *"
