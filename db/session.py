"""The only begin and commit: a transaction in which row security knows who looks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Engine, Executable, create_engine, event
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from db.base import AnyRow
from lib.errors import PortalError

# all of them stay: a connection opened for one transaction would cost more than that does, and
# would have to plan its statements anew; the last one given back is the first to be used again
_POOL_SIZE = 20
_CONNECT_SECONDS = 5
_POOL_SECONDS = 10
_PREPARED_AFTER = 1  # a screen's statements come again


class DatabaseRole(StrEnum):
    """The roles that connect; each has an engine of its own.

    One pool a role, rather than ``SET ROLE`` in a shared one, stays true behind
    PgBouncer and leaves no way from one role into another.
    """

    OWNER = "owner"  # migrations and imports; row security does not bind it
    APP = "app"  # residents and staff, under row security
    GATE = "gate"  # identity tables alone: before there is an actor
    OPERATOR = "operator"  # commands and workers; sees everything
    ANALYST = "analyst"  # documented views without names and contacts

    @property
    def database_name(self) -> str:
        """Return the role's name in the database."""
        return f"kabinet_{self.value}"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, as row security sees it: without accounts, no account's row is seen."""

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
    """Point every later transaction of each role at its target."""
    _bindings.clear()
    _bindings.update(targets)


def is_bound() -> bool:
    """Tell whether this process has been connected."""
    return bool(_bindings)


def address(viewer: Viewer) -> str:
    """Return where the viewer's role connects, for a library with connections of its own."""
    url = _bindings[viewer.role].engine.url.set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


def engine(url: str) -> Engine:
    """Make the pool of one role; parameters of statements never reach a log.

    The driver begins nothing by itself: ``transaction`` says BEGIN together with
    the context, which spares each transaction a round trip.
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
def transaction(viewer: Viewer) -> Iterator[Session]:
    """Commit when the block ends, roll back when it raises.

    Raises:
        DatabaseAway: the database cannot be reached or went away in the block.
    """
    target = _bindings[viewer.role]
    shared = isinstance(target, Connection)
    try:
        with Session(
            target,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint" if shared else "conditional_savepoint",
        ) as session:
            _begin(session, _context(viewer, switch_role=shared))
            yield session
            session.commit()  # raised in the block, an exception rolls back on the way out
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


def glance(viewer: Viewer, statement: Executable, values: Mapping[str, object]) -> Sequence[AnyRow]:
    """Return what one reading statement finds, as a transaction of its own.

    For a role of whose viewer row security knows nothing: no context is set, and neither BEGIN
    nor COMMIT is waited for. A pooled connection that died meanwhile is replaced once.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    target = _bindings[viewer.role]
    if isinstance(target, Connection):  # shared: it has to switch its role
        with transaction(viewer) as session:
            return session.execute(statement, values).all()
    try:
        return _glanced(target, statement, values)
    except (InterfaceError, OperationalError) as failure:
        if not failure.connection_invalidated and not _is_away(failure):
            raise
    with transaction(viewer) as session:
        return session.execute(statement, values).all()


def _glanced(
    target: Engine, statement: Executable, values: Mapping[str, object]
) -> Sequence[AnyRow]:
    with target.connect() as connection:
        return connection.execute(statement, values).all()


def _begin(session: Session, context: str) -> None:
    """Begin and set the context; a pooled connection that died meanwhile is replaced once.

    This first statement is the pool's ping as well: nothing has been done yet, so
    it may be said again, and no transaction pays for a ping of its own.
    """
    try:
        session.connection().exec_driver_sql(context)
    except (InterfaceError, OperationalError) as failure:
        if not failure.connection_invalidated:
            raise
        session.rollback()
        session.connection().exec_driver_sql(context)


def _context(viewer: Viewer, *, switch_role: bool) -> str:
    """Compose BEGIN and the literal ``SET LOCAL``s of a transaction.

    A shared connection has begun already and switches its role instead.

    Every setting is set each time, the empty ones too: in a shared connection a
    forgotten one would show the previous viewer's rows. They are literals,
    because ``set_config()`` does not travel to the shards of a cluster.
    """
    accounts = ",".join(str(int(account)) for account in viewer.accounts)
    login = "" if viewer.login is None else str(int(viewer.login))
    organization = "" if viewer.organization is None else str(int(viewer.organization))
    role = viewer.role.database_name
    begin = f"SET LOCAL ROLE {role}" if switch_role else "BEGIN"
    return (
        f"{begin}; SET LOCAL app.accounts = '{{{accounts}}}'; SET LOCAL app.login = '{login}'; "
        f"SET LOCAL app.organization = '{organization}'"
    )


def _is_away(failure: OperationalError | InterfaceError) -> bool:
    """Tell a lost or refused connection (SQLSTATE class 08, 57P, or none) from other faults."""
    state = getattr(failure.orig, "sqlstate", None)
    return state is None or state.startswith(("08", "57P"))
