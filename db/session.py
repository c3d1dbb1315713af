"""Transactions: the only place that begins and commits, and sets the viewer for row security."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Engine, Executable, create_engine, event
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from db.base import AnyRow
from lib.errors import PortalError

# connections stay open: opening one costs more than a transaction does, and a new connection has
# to plan its statements again; the connection that was returned last is used first
_POOL_SIZE = 20
_CONNECT_SECONDS = 5
_POOL_SECONDS = 10
_PREPARED_AFTER = 1  # a screen repeats its statements


class DatabaseRole(StrEnum):
    """The database roles of the portal; each has its own engine.

    A pool for each role, instead of ``SET ROLE`` in a shared one, also works behind PgBouncer, and
    no role can switch to another.
    """

    OWNER = "owner"  # migrations and imports; not under row security
    APP = "app"  # residents and staff, under row security
    GATE = "gate"  # only identity tables, before there is an actor
    OPERATOR = "operator"  # commands and workers; sees everything
    ANALYST = "analyst"  # only documented views, without names and contacts

    @property
    def database_name(self) -> str:
        """Return the role's name in the database."""
        return f"kabinet_{self.value}"


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person or process that row security filters rows for; without accounts, it sees none."""

    role: DatabaseRole
    login: int | None = None
    accounts: tuple[int, ...] = ()
    organization: int | None = None


GATE = Viewer(DatabaseRole.GATE)
OPERATOR = Viewer(DatabaseRole.OPERATOR)
OWNER = Viewer(DatabaseRole.OWNER)


class DatabaseAway(PortalError):
    """The database does not answer at the moment."""

    def __init__(self) -> None:
        super().__init__(
            "Данные сейчас недоступны. Мы уже восстанавливаем работу: "
            "подождите минуту и повторите — ничего не потеряно."
        )


_bindings: dict[DatabaseRole, Engine | Connection] = {}


def bind(targets: Mapping[DatabaseRole, Engine | Connection]) -> None:
    """Set the engine or connection that later transactions of each role use."""
    _bindings.clear()
    _bindings.update(targets)


def is_bound() -> bool:
    """Tell whether this process is connected to a database."""
    return bool(_bindings)


def get_address(viewer: Viewer) -> str:
    """Return the database URL of the viewer's role, for a library with its own connections."""
    url = _bindings[viewer.role].engine.url.set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


def create_pool(url: str) -> Engine:
    """Create the connection pool of a role; parameters of statements never reach a log.

    The driver sends no BEGIN: ``transaction`` sends it together with the context, which saves a
    round trip in each transaction.
    """
    return create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        pool_size=_POOL_SIZE,
        max_overflow=0,
        pool_use_lifo=True,
        pool_timeout=_POOL_SECONDS,
        hide_parameters=True,
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "application_name": "kabinet",
            "prepare_threshold": _PREPARED_AFTER,
        },
    )


@contextmanager
def transaction(viewer: Viewer, *, is_frozen: bool = False) -> Iterator[Session]:
    """Open a transaction: commit when the block ends, roll back when it raises.

    Args:
        viewer: whose rows it sees.
        is_frozen: it sees the database as it is at its first statement, whatever is written
            meanwhile (REPEATABLE READ).

    Raises:
        DatabaseAway: the database cannot be reached, or the connection was lost in the block.
    """
    target = _bindings[viewer.role]
    shared = isinstance(target, Connection)
    try:
        with Session(
            target,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint" if shared else "conditional_savepoint",
        ) as session:
            _begin(session, _context(viewer, switch_role=shared, is_frozen=is_frozen))
            yield session
            session.commit()  # an exception in the block rolls the transaction back
    except (InterfaceError, OperationalError) as failure:
        if failure.connection_invalidated or _is_away(failure):
            raise DatabaseAway from failure
        raise


def call_before_commit(session: Session, action: Callable[[], None]) -> None:
    """Call an action when the commit of a transaction begins; a rollback does not call it."""

    def begin(ending: Session) -> None:
        if not ending.in_nested_transaction():
            action()

    event.listen(session, "before_commit", begin)


def read_once(
    viewer: Viewer, statement: Executable, values: Mapping[str, object]
) -> Sequence[AnyRow]:
    """Return the rows of one reading statement without opening a transaction.

    It is for roles that row security does not filter: it sets no context and waits for no BEGIN
    and no COMMIT. A pooled connection that was lost is replaced once.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    target = _bindings[viewer.role]
    if isinstance(target, Connection):  # a shared connection has to switch its role
        with transaction(viewer) as session:
            return session.execute(statement, values).all()
    try:
        return _read(target, statement, values)
    except (InterfaceError, OperationalError) as failure:
        if not failure.connection_invalidated and not _is_away(failure):
            raise
    with transaction(viewer) as session:
        return session.execute(statement, values).all()


def _read(target: Engine, statement: Executable, values: Mapping[str, object]) -> Sequence[AnyRow]:
    with target.connect() as connection:
        return connection.execute(statement, values).all()


def _begin(session: Session, context: str) -> None:
    """Begin and set the context; a pooled connection that was lost is replaced once.

    This first statement also checks the connection. Nothing has been done yet, so it may be
    repeated, and no transaction needs a separate check.
    """
    try:
        session.connection().exec_driver_sql(context)
    except (InterfaceError, OperationalError) as failure:
        if not failure.connection_invalidated:
            raise
        session.rollback()
        session.connection().exec_driver_sql(context)


def _context(viewer: Viewer, *, switch_role: bool, is_frozen: bool = False) -> str:
    """Compose BEGIN and the ``SET LOCAL`` statements of a transaction.

    A shared connection is already in a transaction and switches its role instead.

    All settings are set each time, including the empty ones: on a shared connection a missing
    one would show the rows of the previous viewer. They are literals, because ``set_config()``
    does not reach the shards of a cluster.
    """
    accounts = ",".join(str(int(account)) for account in viewer.accounts)
    login = "" if viewer.login is None else str(int(viewer.login))
    organization = "" if viewer.organization is None else str(int(viewer.organization))
    role = viewer.role.database_name
    level = " ISOLATION LEVEL REPEATABLE READ" if is_frozen else ""
    begin = f"SET LOCAL ROLE {role}" if switch_role else f"BEGIN{level}"
    return (
        f"{begin}; SET LOCAL app.accounts = '{{{accounts}}}'; SET LOCAL app.login = '{login}'; "
        f"SET LOCAL app.organization = '{organization}'"
    )


def _is_away(failure: OperationalError | InterfaceError) -> bool:
    """Tell whether an error is a lost or refused connection: SQLSTATE class 08, 57P, or none."""
    state = getattr(failure.orig, "sqlstate", None)
    return state is None or state.startswith(("08", "57P"))
