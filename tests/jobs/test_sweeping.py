"""What the worker sweeps away by itself."""

import datetime as dt

import pytest

from lib import clock, jobs
from tests.identity import asked, register, solved


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
