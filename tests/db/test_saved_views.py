"""Row security of saved views: one's own, and those of colleagues of the same organisation."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from db import session as database
from db.session import DatabaseRole, Viewer

pytestmark = pytest.mark.usefixtures("db")
ADDED = (
    "INSERT INTO insight_view (login_id, organization_id, author, name, path, query, is_shared, "
    "created_at, request_key) VALUES (:login, :organization, 'А', :name, 'collection', '{}', "
    ":shared, now(), :name)"
)


def execute(viewer: Viewer, statement: str, **values: object) -> int:
    with database.transaction(viewer) as session:
        found: Any = session.execute(text(statement), values)
        return int(found.rowcount)


def add(viewer: Viewer, **changed: object) -> None:
    values = {
        "login": viewer.login,
        "organization": viewer.organization,
        "name": "Вид",
        "shared": True,
    }
    execute(viewer, ADDED, **values | changed)


def read(viewer: Viewer, column: str = "name", table: str = "insight_view") -> list[object]:
    with database.transaction(viewer) as session:
        return list(session.scalars(text(f"SELECT {column} FROM {table} ORDER BY 1")))


def see(login: int, organization: int | None = None) -> Viewer:
    return Viewer(DatabaseRole.ANALYST, login, (), organization)


@pytest.fixture
def logins() -> list[int]:
    """Four logins, whatever they are."""
    with database.transaction(database.OWNER) as session:
        session.execute(text("DELETE FROM insight_view"))
        return list(session.scalars(text("SELECT id FROM login ORDER BY id LIMIT 4")))


@pytest.fixture
def organization() -> int:
    with database.transaction(database.OWNER) as session:
        return int(session.scalar(text("SELECT min(id) FROM organization")) or 0)


def test_shared_views_are_seen_in_the_same_organisation_alone(
    logins: list[int], organization: int
) -> None:
    everywhere, own, neighbour, colleague = logins
    add(see(everywhere), name="общий для всех организаций")
    add(see(everywhere), name="личный", shared=False)
    add(see(own, organization), name="общий для организации")

    assert read(see(everywhere)) == ["личный", "общий для всех организаций"]
    assert read(see(colleague)) == ["общий для всех организаций"]
    assert read(see(neighbour, organization)) == ["общий для организации"]
    assert read(see(neighbour, organization + 1)) == []


def test_residents_and_staff_reach_no_view(logins: list[int], organization: int) -> None:
    add(see(logins[0]))
    for viewer in (
        Viewer(DatabaseRole.APP, logins[0]),
        Viewer(DatabaseRole.APP, logins[0], (), organization),
        database.GATE,
    ):
        for table in ("insight_view", "insight_subscription", "insight_delivery"):
            with pytest.raises(ProgrammingError):
                read(viewer, "id", table)


def test_nobody_writes_for_another_or_into_another_organisation(
    logins: list[int], organization: int
) -> None:
    own, other = logins[:2]
    with pytest.raises(ProgrammingError):
        add(see(own), login=other)
    with pytest.raises(ProgrammingError):
        add(see(own), organization=organization)
    add(see(own))
    with pytest.raises(ProgrammingError):
        execute(see(own), "UPDATE insight_view SET query = '{}'")

    assert execute(see(other), "UPDATE insight_view SET name = 'чужой'") == 0
    assert execute(see(other), "DELETE FROM insight_view") == 0
    assert read(see(own)) == ["Вид"]


def test_subscriptions_and_their_log_are_ones_own(logins: list[int]) -> None:
    own, other = logins[:2]
    add(see(own))
    [view_id] = read(see(own), "id")
    subscribe = (
        "INSERT INTO insight_subscription (login_id, view_id, occasion, created_at, since, "
        "pause_key, request_key) VALUES (:login, :view, 'weekly', now(), now(), 'k', 'r')"
    )
    execute(see(own), subscribe, login=own, view=view_id)
    with pytest.raises(ProgrammingError):
        execute(see(own), subscribe, login=other, view=view_id)
    log = (
        "INSERT INTO insight_delivery (subscription_id, login_id, occasion, happened_at, outcome, "
        "reason) SELECT id, login_id, 'week', now(), 'sent', '' FROM insight_subscription"
    )
    with pytest.raises(ProgrammingError):  # the worker alone writes it
        execute(see(own), log)
    execute(database.OPERATOR, log)

    for table in ("insight_subscription", "insight_delivery"):
        assert len(read(see(own), "id", table)) == 1
        assert read(see(other), "id", table) == []
