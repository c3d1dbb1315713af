"""Transactions: all or nothing, with a context, over connections that may break."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

from db import session as database
from db.embedded import EmbeddedServer
from db.session import DatabaseAway, DatabaseRole, Viewer

APP = Viewer(DatabaseRole.APP)
_SENDERS = text("SELECT count(*) FROM sender")


def kill_everybody(server: EmbeddedServer, name: str) -> None:
    engine = create_engine(server.cluster.url(user="postgres", database="postgres"))
    with engine.begin() as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": name},
        )
    engine.dispose()


def senders() -> int:
    with database.transaction(database.OPERATOR) as session:
        return session.scalar(text("SELECT count(*) FROM sender")) or 0


@pytest.mark.usefixtures("empty")
class TestTransaction:
    def test_commits_at_the_end_and_rolls_back_when_it_raises(self) -> None:
        with database.transaction(database.OWNER) as session:
            session.execute(text("INSERT INTO sender (code) VALUES ('one')"))
        with pytest.raises(KeyError), database.transaction(database.OWNER) as session:
            session.execute(text("INSERT INTO sender (code) VALUES ('two')"))
            raise KeyError

        assert senders() == 1

    def test_leaves_no_context_behind(self) -> None:
        with database.transaction(Viewer(DatabaseRole.APP, 7, (1, 2), 3)) as session:
            settings = session.execute(
                text(
                    "SELECT current_setting('app.accounts'), current_setting('app.login'), "
                    "current_setting('app.organization'), current_user"
                )
            ).one()
        with database.transaction(APP) as session:
            after = session.scalar(text("SELECT current_setting('app.accounts')"))

        assert tuple(settings) == ("{1,2}", "7", "3", "kabinet_app")
        assert after == "{}"

    def test_survives_a_dead_pooled_connection(self, server: EmbeddedServer, empty: str) -> None:
        assert senders() == 0
        kill_everybody(server, empty)

        assert senders() == 0

    def test_reports_a_database_lost_inside_the_block(
        self, server: EmbeddedServer, empty: str
    ) -> None:
        with pytest.raises(DatabaseAway), database.transaction(database.OWNER) as session:
            session.execute(text("INSERT INTO sender (code) VALUES ('lost')"))
            kill_everybody(server, empty)
            session.execute(text("INSERT INTO sender (code) VALUES ('never')"))

        assert senders() == 0

    def test_does_not_report_a_bug_as_an_outage(self) -> None:
        with pytest.raises(ProgrammingError), database.transaction(APP) as session:
            session.execute(text("SELECT * FROM nowhere"))


@pytest.mark.usefixtures("empty")
class TestGlance:
    def test_survives_a_dead_pooled_connection(self, server: EmbeddedServer, empty: str) -> None:
        assert database.read_once(database.OPERATOR, _SENDERS, {}) == [(0,)]
        kill_everybody(server, empty)

        assert database.read_once(database.OPERATOR, _SENDERS, {}) == [(0,)]

    def test_reads_as_its_role_and_does_not_hide_a_bug(self) -> None:
        with database.transaction(database.OWNER) as session:
            session.execute(text("INSERT INTO sender (code) VALUES ('one')"))

        assert database.read_once(database.OPERATOR, _SENDERS, {}) == [(1,)]
        with pytest.raises(ProgrammingError):
            database.read_once(database.GATE, _SENDERS, {})


def test_an_absent_server_is_reported_as_away() -> None:
    database.bind(
        {DatabaseRole.APP: database.create_pool("postgresql+psycopg://u@/b?host=/nowhere")}
    )
    try:
        with pytest.raises(DatabaseAway), database.transaction(APP):
            pass
        with pytest.raises(DatabaseAway):
            database.read_once(APP, _SENDERS, {})
    finally:
        database.bind({})
