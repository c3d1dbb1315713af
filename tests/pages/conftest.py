"""Fixtures for tests of several screens."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from db import session as database

_COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@pytest.fixture
def statements(committed: str) -> Iterator[list[str]]:
    """The statements executed through the real engines, without transaction control."""
    statements: list[str] = []
    assert committed

    def listen(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(_COUNTED):
            statements.append(statement)

    engines = [bound for bound in database._bindings.values() if isinstance(bound, Engine)]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", listen)
    yield statements
    for engine in engines:
        event.remove(engine, "before_cursor_execute", listen)
