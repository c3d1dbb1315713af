"""Logs are JSON lines without personal data."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from lib import logs


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stderr", out)
    before = logging.root.handlers[:], logging.root.level
    logs.configure()
    yield out
    logging.root.handlers[:], logging.root.level = before
    structlog.reset_defaults()


def fail() -> None:
    raise ValueError("Key (email)=(ivanov@example.org) already exists")


def test_a_failure_is_logged_with_kind_and_place_but_without_its_message(
    written: io.StringIO,
) -> None:
    try:
        fail()
    except ValueError as failure:
        structlog.get_logger("screens").error("screen failed", exc_info=failure)
        logging.getLogger("uvicorn.error").exception("broken")

    for line in written.getvalue().splitlines():
        event = json.loads(line)
        assert event["failure"] == "ValueError"
        assert event["at"][-1].endswith("fail")
        assert "ivanov" not in line


def test_libraries_log_through_our_handler(written: io.StringIO) -> None:
    loud = logging.getLogger("streamlit.loud")
    loud.addHandler(logging.StreamHandler(io.StringIO()))
    loud.propagate = False

    logs.redirect_loggers()
    loud.warning("heard")

    assert json.loads(written.getvalue())["event"] == "heard"
