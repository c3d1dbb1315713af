"""Files of threads: cleaned, stored with a line, shown only to those who see its appeal."""

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
from lib.storage import folders

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
        name: for display: without folders and unprintable characters, with the right suffix.
        media_type: its type.
        content: an image that was encoded again, or a PDF as it came.
    """

    name: str
    media_type: MediaType
    content: bytes


@dataclass(frozen=True, slots=True)
class StoredUpload(CleanFile):
    """A file that is in the storage, while the line that it comes with is not added yet.

    Attributes:
        stored: its key in the storage.
        unused: keys of the files that were stored with it and belong to no line yet.
    """

    stored: str
    unused: set[str]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a thread, for a person who may see it."""

    name: str
    media_type: MediaType
    content: bytes


def clean_files(uploads: Sequence[tuple[str, bytes]]) -> tuple[CleanFile, ...]:
    """Return the cleaned files that came with a line, given their names and contents.

    Raises:
        FilesRefused: there are too many, or one is too large, damaged or of another type.
    """
    if len(uploads) > MOST_FILES:
        raise FilesRefused(f"Приложите не больше {MOST_FILES} файлов.")
    return tuple(_clean_file(name, content) for name, content in uploads)


@contextmanager
def store_files(files: Sequence[CleanFile]) -> Iterator[tuple[StoredUpload, ...]]:
    """Store files before the transaction that adds them to a line begins.

    A storage may be slow, and nobody should wait for it behind a lock. Files that belong to no
    line when the block ends are deleted.

    Raises:
        StorageAway: the storage does not answer.
    """
    unused: set[str] = set()
    try:
        yield tuple(_store(file, unused) for file in files)
    finally:
        for key in unused:
            _delete(key)


def add_files(
    session: Session,
    *,
    appeal: Appeal,
    entry_id: int,
    files: Sequence[StoredUpload],
) -> None:
    """Add stored files to a line; if the transaction fails, the files are deleted."""
    for file in files:
        _use_on_commit(session, file)
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
    """Return a file of a thread; the audit log records when staff open it.

    Raises:
        AccessDenied: no permission, no such file, or a file of another account.
        FileGone: the storage no longer has the file.
        StorageAway: the storage does not answer.
    """
    actor.demand(Permission.APPEALS_READ)
    if max(account_id, file_id) > _LARGEST_KEY:
        raise AccessDenied
    if actor.role is Role.STAFF:
        row = _find_for_staff(actor, account_id, file_id, address)
    else:
        actor.demand_account(account_id)
        with database.transaction(actor.viewer) as session:
            row = queries.find_for_resident(
                session, viewer=actor.viewer, account_id=account_id, file_id=file_id
            )
    if row is None:
        raise AccessDenied
    return StoredFile(row.name, MediaType(row.media_type), storage.get(folders.APPEALS, row.stored))


def _find_for_staff(actor: Actor, account_id: int, file_id: int, address: str) -> FileRow | None:
    """Return a file of an appeal that the actor's organisation answers, and record the access."""
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


def _clean_file(name: str, content: bytes) -> CleanFile:
    stem = _stem(name)
    try:
        cleaned = upload.clean_file(content)
    except UploadRefused as refusal:
        raise FilesRefused(f"Файл «{stem}» не принят. {refusal}") from refusal
    kind = upload.detect_media_type(cleaned)
    if kind is None:  # cannot happen: a cleaned file has a known type
        raise FilesRefused(f"Файл «{stem}» не принят.")
    return CleanFile(f"{stem}.{SUFFIXES[kind]}", kind, cleaned)


def _stem(name: str) -> str:
    """Return the name of a file without folders, suffix and unprintable characters."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    printed = "".join(char if char.isprintable() else " " for char in last)
    stem, dot, suffix = printed.rpartition(".")
    cleaned = stem if dot and suffix.strip().lower() in upload.KINDS else printed
    return " ".join(cleaned.split()).strip(" .")[:_LONGEST_NAME].strip() or "файл"


def _store(file: CleanFile, unused: set[str]) -> StoredUpload:
    key = storage.put(folders.APPEALS, file.content)
    unused.add(key)
    return StoredUpload(file.name, file.media_type, file.content, key, unused)


def _use_on_commit(session: Session, file: StoredUpload) -> None:
    """Count a file as used once the commit begins.

    A commit may succeed even if its answer was lost, so from then on the file is not deleted.
    """
    database.call_before_commit(session, lambda: file.unused.discard(file.stored))


def _delete(key: str) -> None:
    try:
        storage.delete(folders.APPEALS, key)
    except PortalError:  # the error that is being raised matters more; the file only takes up space
        _log.warning("a file of an appeal that was never sent stays in the storage")
