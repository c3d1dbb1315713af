"""Files of threads: added with a line, found for those who may see its appeal."""

from typing import NamedTuple

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from db.models import Appeal, AppealFile
from db.queries import scope
from db.rows import read_one
from db.session import Viewer


class FileRow(NamedTuple):
    """A file of a thread: its name, its key in the storage and the number of its appeal."""

    name: str
    media_type: str
    stored: str
    number: str


_FILE = (
    select(AppealFile.name, AppealFile.media_type, AppealFile.stored, Appeal.number)
    .join(
        Appeal,
        (Appeal.account_id == AppealFile.account_id) & (Appeal.id == AppealFile.appeal_id),
    )
    .where(
        AppealFile.account_id == bindparam("account"),
        AppealFile.id == bindparam("file"),
        scope.match_viewer(AppealFile.account_id),
    )
)
_OF_ORGANIZATION = _FILE.where(Appeal.organization_id == bindparam("organization"))


def add_file(
    session: Session,
    *,
    account_id: int,
    appeal_id: int,
    entry_id: int,
    name: str,
    media_type: str,
    size: int,
    stored: str,
) -> None:
    """Add a file of a line: its name, its size in bytes and its key in the storage."""
    values = {
        "account_id": account_id,
        "appeal_id": appeal_id,
        "entry_id": entry_id,
        "name": name,
        "media_type": media_type,
        "size": size,
        "stored": stored,
    }
    session.execute(insert(AppealFile).values(values).inline())


def find_for_resident(
    session: Session, *, viewer: Viewer, account_id: int, file_id: int
) -> FileRow | None:
    """Return a file of one of the viewer's accounts, or None."""
    values = {"account": account_id, "file": file_id} | scope.bind_viewer(viewer)
    return read_one(session.execute(_FILE, values), FileRow)


def find_for_staff(
    session: Session, *, viewer: Viewer, account_id: int, file_id: int, organization_id: int
) -> FileRow | None:
    """Return a file of an appeal that the organisation answers, or None."""
    values = {"account": account_id, "file": file_id, "organization": organization_id}
    found = session.execute(_OF_ORGANIZATION, values | scope.bind_viewer(viewer))
    return read_one(found, FileRow)
