"""A login goes: its rows, one table after another, and its name in the log."""

from collections.abc import Sequence

from sqlalchemy import CompoundSelect, bindparam, delete, func, literal, select, union_all
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import (
    AccountAccess,
    AccountRequest,
    Consent,
    DataExport,
    Invitation,
    Login,
    LoginContact,
    LoginToken,
    SignInTicket,
    WebSession,
)

# the login itself last; what hangs on it beside these goes with it (subscriptions,
# copies of the data, requests for accounts)
_GOING = tuple(
    delete(column.class_).where(column == bindparam("login"))
    for column in (
        LoginToken.login_id,
        SignInTicket.login_id,
        WebSession.login_id,
        Consent.login_id,
        AccountAccess.login_id,
        Invitation.invited_by,
        LoginContact.login_id,
        Login.id,
    )
)
_HELD = select(Login.id).where(Login.id == bindparam("login")).with_for_update()


def lock_login(session: Session, *, login: int) -> bool:
    """Hold the login's row until the transaction ends; tell whether it is there."""
    return session.scalar(_HELD, {"login": login}) is not None


def remove_login(session: Session, *, login: int) -> None:
    """Remove the login with all that is its own."""
    for statement in _GOING:
        session.execute(statement, {"login": login})


def forget_name(session: Session, *, login: int, username: str) -> None:
    """Take the name of a login that is gone out of the log; its events stay."""
    session.execute(select(func.forget_name(login, username)))


def forget_author(session: Session, *, login: int) -> None:
    """Take the name of a login that is gone out of its appeals; what was written stays."""
    session.execute(select(func.forget_author(login)))


def list_files(session: Session, *, login: int, kinds: tuple[str, str]) -> Sequence[AnyRow]:
    """Return kind and key of the login's files: copies of its data, photos of its requests."""
    exports, photos = kinds
    statement: CompoundSelect[str, str] = union_all(
        select(literal(exports).label("kind"), DataExport.file.label("key")).where(
            DataExport.login_id == login, DataExport.file.is_not(None)
        ),
        select(literal(photos).label("kind"), AccountRequest.photo.label("key")).where(
            AccountRequest.login_id == login, AccountRequest.photo != ""
        ),
    )
    return session.execute(statement).all()
