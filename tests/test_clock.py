"""Business dates move in the demonstration; real time never does."""

import datetime as dt

import pytest

from lib import clock, config


def test_the_demonstration_moves_today_but_not_now(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = config.read_settings({"KABINET_DEMO": "1", "KABINET_TODAY": "2014-11-20"})
    monkeypatch.setattr(config, "get_settings", lambda: settings)

    assert clock.today() == dt.date(2014, 11, 20)
    assert abs(clock.now() - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)


def test_today_is_the_date_of_the_centres_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "get_settings", lambda: config.read_settings({}))

    assert clock.today() == dt.datetime.now(config.read_settings({}).zone).date()
