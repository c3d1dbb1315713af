"""Threads as they are read: what the list and the screen of one thread show."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from db.models import AppealEntry
from db.queries.appeals import threads as queries
from db.queries.appeals.threads import ThreadRow
from db.session import Viewer
from lib import clock
from lib.domain import address, formats
from lib.domain.appeals import rules, terms
from lib.domain.appeals.rules import EntryKind, Kind, Side, Status
from lib.domain.appeals.terms import Badge

ENTRIES = 50


@dataclass(frozen=True, slots=True)
class Summary:
    """A thread as a list shows it.

    Attributes:
        account_id: whose it is.
        appeal_id: its key within the account.
        number: the thread's own, ГГГГ-NNNNNN.
        kind: an appeal or a paid request.
        topic: in words.
        status: how far it has come.
        account: number of the account.
        organization: who answers.
        address: of the premise.
        sent_at: by the centre's clocks.
        registered_on: the day from which its term counts.
        due_on: by when an answer is due; None where nothing says so.
        due_rule: the rule that says so, in words.
        badge: how near that day is.
        is_new: there is an answer that the resident has not seen.
    """

    account_id: int
    appeal_id: int
    number: str
    kind: Kind
    topic: str
    status: Status
    account: str
    organization: str
    address: str
    sent_at: dt.datetime
    registered_on: dt.date
    due_on: dt.date | None
    due_rule: str
    badge: Badge
    is_new: bool


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a line."""

    file_id: int
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a thread.

    Attributes:
        entry_id: its key.
        kind: what it is.
        side: who speaks.
        author: their name; empty where it is not kept.
        body: what was written; empty where nothing.
        status: what a change of status led to.
        happened_at: by the centre's clocks.
        files: what came with it.
    """

    entry_id: int
    kind: EntryKind
    side: Side
    author: str
    body: str
    status: Status | None
    happened_at: dt.datetime
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Thread:
    """One thread with a page of its lines.

    Attributes:
        summary: what its list shows.
        contact: where to answer besides.
        about: what it was opened from, in words; empty where nothing.
        about_link: the address of that screen.
        reason: of the status; empty where none.
        rating: from 1 to 5; None where there is none.
        version: grows with each change.
        entries: the lines of the page, the oldest first.
        page: which page, from 1.
        pages: how many there are.
    """

    summary: Summary
    contact: str
    about: str
    about_link: str
    reason: str
    rating: int | None
    version: int
    entries: tuple[Entry, ...]
    page: int
    pages: int


def read_thread(
    session: Session, row: ThreadRow, *, viewer: Viewer, page: int | None, summary: Summary
) -> Thread:
    """Return a thread that has been found, with a page of its lines; the last one at first."""
    pages = max(1, -(-row.entries // ENTRIES))
    shown = min(page or pages, pages)
    return Thread(
        summary=summary,
        contact=row.contact,
        about=row.about or "",
        about_link=row.about_link or "",
        reason=row.reason or "",
        rating=row.rating,
        version=row.version,
        entries=_entries(session, row, viewer=viewer, skip=(shown - 1) * ENTRIES),
        page=shown,
        pages=pages,
    )


def make_summary(row: ThreadRow) -> Summary:
    """Return a thread as a list shows it."""
    status = Status(row.status)
    return Summary(
        account_id=row.account_id,
        appeal_id=row.id,
        number=row.number,
        kind=Kind(row.kind),
        topic=rules.topic(row.topic),
        status=status,
        account=row.account,
        organization=formats.quoted(row.organization),
        address=address.line(
            city=row.city,
            street=row.street,
            house=row.house,
            building=row.building,
            premise=row.premise,
            kind=row.premise_kind,
        ),
        sent_at=clock.local(row.sent_at),
        registered_on=row.registered_on,
        due_on=row.due_on,
        due_rule=row.due_rule or "",
        badge=terms.badge(row.due_on, clock.today(), status),
        is_new=row.answered_at is not None
        and (row.seen_at is None or row.answered_at > row.seen_at),
    )


def _entries(session: Session, row: ThreadRow, *, viewer: Viewer, skip: int) -> tuple[Entry, ...]:
    entries = queries.list_entries(
        session,
        viewer=viewer,
        account_id=row.account_id,
        appeal_id=row.id,
        skip=skip,
        limit=ENTRIES,
    )
    files = defaultdict(list)
    for file in queries.list_files(
        session,
        viewer=viewer,
        account_id=row.account_id,
        appeal_id=row.id,
        entries=[entry.id for entry in entries],
    ):
        files[file.entry_id].append(File(file.id, file.name, file.size))
    return tuple(_entry(entry, files[entry.id]) for entry in entries)


def _entry(row: AppealEntry, files: Sequence[File]) -> Entry:
    return Entry(
        entry_id=row.id,
        kind=EntryKind(row.kind),
        side=Side(row.side),
        author=row.author or "",
        body=row.body,
        status=Status(row.status) if row.status else None,
        happened_at=clock.local(row.happened_at),
        files=tuple(files),
    )
