"""Files of threads: cleaned before they cost anything, kept with an entry, shown to few."""

import logging
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from db import session as database
from db.models import Appeal
from db.queries.appeals import files as queries
from db.queries.appeals.files import FileRow
from lib import storage
from lib.access import AccessDenied, Actor, Permission, Role
from lib.documents import upload
from lib.documents.upload import MAX_MEGABYTES, MediaType, UploadRefused
from lib.errors import PortalError
from lib.services.audit import trail
from lib.services.audit.trail import Action

FILES = "appeals"
MOST_FILES = 5
SUFFIXES = {MediaType.JPEG: "jpg", MediaType.PNG: "png", MediaType.PDF: "pdf"}
ACCEPTED = f"JPG, PNG или PDF, до {MOST_FILES} файлов по {MAX_MEGABYTES} МБ"
_LONGEST_NAME = 80
_LARGEST_KEY = 2**63 - 1
_log = logging.getLogger(__name__)


class FilesRefused(PortalError):
    """One of the files is not accepted, or there are too many."""


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A file that may be kept.

    Attributes:
        name: for show: without folders and signs that do not print, with the true suffix.
        media_type: what it is.
        content: an image drawn anew, a PDF as it came.
    """

    name: str
    media_type: MediaType
    content: bytes


@dataclass(frozen=True, slots=True)
class StoredUpload(CleanFile):
    """A file that is in the storage before the entry that it comes with.

    Attributes:
        stored: its key in the storage.
        loose: keys of all that were put with it and that no entry has taken.
    """

    stored: str
    loose: set[str]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that was kept, for somebody who may see it."""

    name: str
    media_type: MediaType
    content: bytes


def clean_files(uploads: Sequence[tuple[str, bytes]]) -> tuple[CleanFile, ...]:
    """Return what may be kept of the files that came with an entry: names and contents.

    Raises:
        FilesRefused: there are too many, or one is too large, of another type or damaged.
    """
    if len(uploads) > MOST_FILES:
        raise FilesRefused(f"Приложите не больше {MOST_FILES} файлов.")
    return tuple(_cleaned(name, content) for name, content in uploads)


@contextmanager
def store_files(files: Sequence[CleanFile]) -> Iterator[tuple[StoredUpload, ...]]:
    """Put files into the storage before the transaction that keeps them begins.

    A storage may be slow, and nobody is to wait for it behind a lock. What no entry has taken
    when the block ends is deleted.

    Raises:
        StorageAway: the storage does not take them.
    """
    loose: set[str] = set()
    try:
        yield tuple(_put(file, loose) for file in files)
    finally:
        for key in loose:
            _delete(key)


def add_files(
    session: Session,
    *,
    appeal: Appeal,
    entry_id: int,
    files: Sequence[StoredUpload],
) -> None:
    """Keep the files of an entry; where the transaction fails, nothing of them stays."""
    for file in files:
        _take_once_committing(session, file)
        queries.add_file(
            session,
            account_id=appeal.account_id,
            appeal_id=appeal.id,
            entry_id=entry_id,
            name=file.name,
            media_type=file.media_type.value,
            size=len(file.content),
            stored=file.stored,
        )


def get_file(*, actor: Actor, account_id: int, file_id: int, address: str = "") -> StoredFile:
    """Return a file of a thread; that a member of staff looks at it is recorded first.

    Raises:
        AccessDenied: no permission, no such file, or somebody else's.
        FileGone: the file is not there.
        StorageAway: the storage does not answer.
    """
    actor.demand(Permission.APPEALS_READ)
    if max(account_id, file_id) > _LARGEST_KEY:
        raise AccessDenied
    if actor.role is Role.STAFF:
        row = _seen_by_staff(actor, account_id, file_id, address)
    else:
        actor.demand_account(account_id)
        with database.transaction(actor.viewer) as session:
            row = queries.find_for_resident(
                session, viewer=actor.viewer, account_id=account_id, file_id=file_id
            )
    if row is None:
        raise AccessDenied
    return StoredFile(row.name, MediaType(row.media_type), storage.get(FILES, row.stored))


def _seen_by_staff(actor: Actor, account_id: int, file_id: int, address: str) -> FileRow | None:
    """Find a file of an appeal that the actor's organisation answers and record the look."""
    viewer = replace(actor.viewer, accounts=(account_id,))
    with database.transaction(viewer) as session:
        row = queries.find_for_staff(
            session,
            viewer=viewer,
            account_id=account_id,
            file_id=file_id,
            organization_id=actor.demand_organization(),
        )
        if row is not None:
            trail.record_event(
                session,
                action=Action.APPEAL_FILE_VIEWED,
                actor=actor,
                account_id=account_id,
                address=address or None,
                appeal=row.number,
            )
        return row


def _cleaned(name: str, content: bytes) -> CleanFile:
    shown = _stem(name)
    try:
        kept = upload.cleaned(content)
    except UploadRefused as refusal:
        raise FilesRefused(f"Файл «{shown}» не принят. {refusal}") from refusal
    kind = upload.media_type(kept)
    if kind is None:  # what has just been cleaned is one of them
        raise FilesRefused(f"Файл «{shown}» не принят.")
    return CleanFile(f"{shown}.{SUFFIXES[kind]}", kind, kept)


def _stem(name: str) -> str:
    """Return what a file is called: no folders, no suffix, nothing that does not print."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    printed = "".join(sign if sign.isprintable() else " " for sign in last)
    stem, dot, suffix = printed.rpartition(".")
    known = stem if dot and suffix.strip().lower() in upload.KINDS else printed
    return " ".join(known.split()).strip(" .")[:_LONGEST_NAME].strip() or "файл"


def _put(file: CleanFile, loose: set[str]) -> StoredUpload:
    key = storage.put(FILES, file.content)
    loose.add(key)
    return StoredUpload(file.name, file.media_type, file.content, key, loose)


def _take_once_committing(session: Session, file: StoredUpload) -> None:
    """Take a file for good once the commit begins.

    A commit that began may have come through although its answer was lost: what was put for
    it stays.
    """
    database.call_before_commit(session, lambda: file.loose.discard(file.stored))


def _delete(key: str) -> None:
    try:
        storage.delete(FILES, key)
    except PortalError:  # the refusal on its way says more; the file is nobody's
        _log.warning("a file of an appeal that was never sent stays in the storage")
