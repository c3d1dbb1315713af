"""Deleting a login: its rows in every table, and its name in the audit log."""

from typing import NamedTuple

from sqlalchemy import CompoundSelect, bindparam, delete, func, literal, select, union_all
from sqlalchemy.orm import Session

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
from db.rows import read_all

# the login itself last; the database deletes its subscriptions, copies of the data and
# requests for accounts with it (ON DELETE CASCADE)
_DELETES = tuple(
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
_LOCK = select(Login.id).where(Login.id == bindparam("login")).with_for_update()


class FileRow(NamedTuple):
    """A stored file: its folder and its key."""

    folder: str
    key: str


def lock_login(session: Session, *, login: int) -> bool:
    """Lock the login's row until the transaction ends; False where there is none."""
    return session.scalar(_LOCK, {"login": login}) is not None


def remove_login(session: Session, *, login: int) -> None:
    """Delete the login and its rows in other tables."""
    for statement in _DELETES:
        session.execute(statement, {"login": login})


def forget_name(session: Session, *, login: int, username: str) -> None:
    """Remove a deleted login's name from the audit log; its events stay."""
    session.execute(select(func.forget_name(login, username)))


def forget_author(session: Session, *, login: int) -> None:
    """Remove a deleted login's name from its appeals; their texts stay."""
    session.execute(select(func.forget_author(login)))


def list_files(
    session: Session, *, login: int, export_folder: str, photo_folder: str
) -> list[FileRow]:
    """Return the login's files: copies of its data and photos of its requests."""
    statement: CompoundSelect[str, str] = union_all(
        select(literal(export_folder).label("folder"), DataExport.file.label("key")).where(
            DataExport.login_id == login, DataExport.file.is_not(None)
        ),
        select(literal(photo_folder).label("folder"), AccountRequest.photo.label("key")).where(
            AccountRequest.login_id == login, AccountRequest.photo != ""
        ),
    )
    return read_all(session.execute(statement), FileRow)
