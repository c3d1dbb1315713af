"""The worker's periodic clean-up."""

import datetime as dt

import pytest

from lib import clock
from lib.access import Actor
from lib.jobs.tasks import TASKS
from tests.kit.appeals import send
from tests.kit.identity import execute, fetch, letters, register, solve_captcha


@pytest.mark.usefixtures("db")
def test_old_attempts_and_registrations_are_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    register()
    solve_captcha()
    late = clock.now() + dt.timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: late)

    for name in ("remove_old_attempts", "remove_stale_registrations"):
        assert TASKS[name].schedule
        TASKS[name].function()

    assert fetch("SELECT FROM attempt UNION ALL SELECT FROM captcha") == []
    assert fetch("SELECT FROM login WHERE username = 'kamalia'") == []


@pytest.mark.usefixtures("db")
def test_the_worker_sends_letters_about_appeals_and_closes_them(resident: Actor) -> None:
    send(resident)
    (job,) = fetch(
        "SELECT args FROM procrastinate_jobs WHERE task_name = 'tell_of_appeal' "
        "ORDER BY id DESC LIMIT 1"
    )

    TASKS["tell_of_appeal"].function(**job.args)
    execute("UPDATE appeal SET status = 'completed', status_at = status_at - interval '8 days'")
    TASKS["close_appeals"].function()

    assert {letter.recipient for letter in letters()} == {
        "resident@example.org",
        "staff@example.org",
    }
    assert [row.status for row in fetch("SELECT status FROM appeal")] == ["closed"]
    assert TASKS["close_appeals"].schedule == "43 * * * *"
