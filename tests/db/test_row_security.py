"""Every table and partition, read by every role and in another resident's context."""

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from db import session as database
from db.session import DatabaseRole, Viewer

pytestmark = pytest.mark.usefixtures("committed")

# tables without a policy, each with its reason
EXEMPT = {
    "alembic_version",  # only the version
    # the queue belongs to a library: only the operator has rights on it
    "procrastinate_events",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
}
QUEUE = EXEMPT - {"alembic_version"}
# what the app role may read completely: reference data without personal data
REFERENCE = {
    "billing_period",
    "calendar_day",
    "house",
    "house_volume",
    "organization",
    "paid_service",
    "premise",
    "reading_limit",
    "reading_window",
    "service",
    "service_group",
    "tariff",
}
IDENTITY = {
    "attempt",
    "captcha",
    "invitation",
    "login",
    "login_contact",
    "login_token",
    "sign_in_ticket",
    "web_session",
}
# the gate writes here for visitors who have not signed in
GATES_OTHERS = {"account_access", "account_code", "account_request", "consent"}
APPLICATION = [role for role in DatabaseRole if role is not DatabaseRole.OWNER]
NOBODYS_ACCOUNT = 2**60


def tables(kinds: str = "'r','p'") -> list[tuple[str, bool, bool]]:
    """Return name, whether row security is on, and whether it is a partition."""
    with database.transaction(database.OWNER) as session:
        rows = session.execute(
            text(
                "SELECT relname, relrowsecurity, relispartition FROM pg_class "
                f"WHERE relnamespace = 'public'::regnamespace AND relkind IN ({kinds})"
            )
        )
        return [(row[0], row[1], row[2]) for row in rows]


def visible(viewer: Viewer, table: str) -> int | None:
    """Count the rows that the viewer sees; None without a right to read."""
    try:
        with database.transaction(viewer) as session:
            return int(session.scalar(text(f'SELECT count(*) FROM "{table}"')) or 0)
    except ProgrammingError as refused:
        if getattr(refused.orig, "sqlstate", "") != "42501":  # insufficient_privilege
            raise
        return None


def test_every_table_and_partition_has_row_security() -> None:
    bare = {name for name, secured, _ in tables() if not secured} - EXEMPT

    assert bare == set()


def test_no_application_role_has_a_right_on_a_partition() -> None:
    partitions = [name for name, _, is_partition in tables() if is_partition]

    assert len(partitions) >= 8  # bills and lines of the golden month and of the neighbours
    for role in APPLICATION:
        assert [visible(Viewer(role), name) for name in partitions] == [None] * len(partitions)


@pytest.mark.parametrize(
    "viewer",
    [
        pytest.param(Viewer(DatabaseRole.APP), id="nobody"),
        pytest.param(
            Viewer(DatabaseRole.APP, login=NOBODYS_ACCOUNT, accounts=(NOBODYS_ACCOUNT,)),
            id="another resident",
        ),
        pytest.param(Viewer(DatabaseRole.APP, organization=NOBODYS_ACCOUNT), id="staff"),
    ],
)
def test_the_app_role_sees_no_rows_of_others(viewer: Viewer) -> None:
    names = [name for name, _, _ in tables() if name not in REFERENCE | EXEMPT]

    assert {name: visible(viewer, name) or 0 for name in names} == dict.fromkeys(names, 0)


def test_the_app_role_sees_only_its_own_accounts() -> None:
    with database.transaction(database.OPERATOR) as session:
        own_id = session.scalar(text("SELECT min(id) FROM account"))
        everybody = session.scalar(text("SELECT count(*) FROM account"))
    assert everybody > 1

    viewer = Viewer(DatabaseRole.APP, accounts=(own_id,))

    for table in ("account", "payer"):
        assert visible(viewer, table) == 1
    with database.transaction(viewer) as session:
        assert set(session.scalars(text("SELECT account_id FROM accrual"))) == {own_id}


def test_the_app_role_reads_no_identity_table() -> None:
    assert [visible(Viewer(DatabaseRole.APP), table) for table in sorted(IDENTITY)] == [None] * len(
        IDENTITY
    )


def test_the_gate_reads_identity_and_nothing_of_an_account() -> None:
    others = [name for name, _, _ in tables() if name not in IDENTITY | GATES_OTHERS | EXEMPT]

    assert [visible(database.GATE, name) for name in others] == [None] * len(others)
    assert visible(database.GATE, "login") == 4


# what analysts themselves have made
OF_ANALYSTS = {"insight_delivery", "insight_subscription", "insight_view"}


def test_the_analyst_reads_no_table_but_of_saved_views() -> None:
    names = [name for name, _, _ in tables() if name not in OF_ANALYSTS]

    viewer = Viewer(DatabaseRole.ANALYST)

    assert [visible(viewer, name) for name in names] == [None] * len(names)


def test_the_operator_sees_every_table_but_no_partition() -> None:
    for name, _, is_partition in tables():
        if name not in EXEMPT:
            assert (visible(database.OPERATOR, name) is None) == is_partition, name


def test_nobody_but_the_operator_reads_letters_and_jobs_or_calls_the_queue() -> None:
    waiting = sorted({"letter", *QUEUE})
    for role in (DatabaseRole.APP, DatabaseRole.GATE, DatabaseRole.ANALYST):
        assert [visible(Viewer(role), name) for name in waiting] == [None] * len(waiting)
    with database.transaction(database.OWNER) as session:
        rights = session.execute(
            text(
                "SELECT r.rolname, p.proname FROM pg_proc p, pg_roles r "
                "WHERE p.pronamespace = 'public'::regnamespace AND r.rolname IN "
                "('kabinet_app', 'kabinet_gate', 'kabinet_analyst') "
                "AND has_function_privilege(r.oid, p.oid, 'EXECUTE') "
                "AND p.proname ~ '^(procrastinate|defer|post)_'"
            )
        )
        found = {(row[0], row[1]) for row in rights}

    assert found == {
        (role, function)
        for role in ("kabinet_app", "kabinet_gate")
        for function in ("defer_job", "post_letter")
    }


def test_application_roles_own_nothing_and_bypass_nothing() -> None:
    with database.transaction(database.OWNER) as session:
        rows = session.execute(
            text(
                "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, "
                "EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid) FROM pg_roles r "
                "WHERE rolname LIKE 'kabinet%' AND rolname <> 'kabinet_owner'"
            )
        ).all()

    assert {row[0] for row in rows} == {role.database_name for role in APPLICATION}
    assert all(not any(row[1:]) for row in rows)


def test_application_roles_may_change_only_what_they_must() -> None:
    with database.transaction(database.OWNER) as session:
        rights = session.execute(
            text(
                "SELECT grantee, table_name FROM information_schema.role_table_grants "
                "WHERE grantee LIKE 'kabinet%' AND grantee <> 'kabinet_owner' "
                "AND privilege_type <> 'SELECT'"
            )
        )
        found = {(row[0], row[1]) for row in rights}

    gate = {
        "account_access",
        "account_code",
        "account_request",
        "attempt",
        "audit_event",
        "captcha",
        "consent",
        "invitation",
        "login",
        "login_contact",
        "login_token",
        "mistake",
        "sign_in_ticket",
        "web_session",
    }
    app = {"account_request", "audit_event", "consent", "data_export", "subscription"}
    app |= {"submitted_reading", "online_payment", "online_payment_part"}
    app |= {"answer_template", "appeal", "appeal_entry", "appeal_file", "appeal_note", "incident"}
    app |= {"mistake"}
    app |= {"news", "news_house", "news_read"}
    app |= {"paid_request", "paid_service"}
    exchanged = {
        "online_payment_event",
        "register_row",
        "register_part",
        "export_run",
        "exported_row",
    }
    # without a table of figures: analysts never touch the ledger
    analyst = {"audit_event", "insight_subscription", "insight_view"}
    operator = (
        gate
        | app
        | exchanged
        | QUEUE
        | OF_ANALYSTS
        | {"letter", "reading_limit", "reading_window", "appeal_counter", "calendar_day"}
        | {"collection_target", "debt_age_bound"}
    ) - {"sign_in_ticket"}
    assert found == (
        {("kabinet_gate", table) for table in gate}
        | {("kabinet_app", table) for table in app}
        | {("kabinet_analyst", table) for table in analyst}
        | {("kabinet_operator", table) for table in operator}
    )


def test_nobody_changes_the_audit_log() -> None:
    with database.transaction(database.OWNER) as session:
        rights = session.execute(
            text(
                "SELECT grantee, privilege_type FROM information_schema.role_table_grants "
                "WHERE table_name = 'audit_event' AND grantee <> 'kabinet_owner'"
            )
        )
        found = {(row[0], row[1]) for row in rights}

    assert found == {
        ("kabinet_analyst", "INSERT"),
        ("kabinet_app", "INSERT"),
        ("kabinet_gate", "INSERT"),
        ("kabinet_operator", "INSERT"),
        ("kabinet_operator", "SELECT"),
    }


def test_a_shared_connection_forgets_the_previous_viewer(db: Connection) -> None:
    """All roles use one connection: a leftover setting would show the previous viewer's rows."""
    with database.transaction(database.OPERATOR) as session:
        own_id = session.scalar(text("SELECT min(id) FROM account"))
    assert visible(Viewer(DatabaseRole.APP, accounts=(own_id,)), "account") == 1

    assert visible(Viewer(DatabaseRole.APP), "account") == 0
    assert not db.closed
