"""Threads as a list and the screen of one thread show them."""

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
        account_id: its account.
        appeal_id: its key within the account.
        number: its number, ГГГГ-NNNNNN.
        kind: an appeal or a paid request.
        topic: in Russian.
        status: its status.
        account: the number of the account.
        organization: the organisation that answers.
        address: of the premise.
        sent_at: in the centre's time zone.
        registered_on: the day from which its term is counted.
        due_on: the deadline of the answer; None if it has none.
        due_rule: the rule that sets the deadline, in Russian.
        badge: how near the deadline is.
        is_new: whether it has an answer that the resident has not seen.
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
        kind: its kind.
        side: the side that wrote it.
        author: the name of the author; empty for the portal.
        body: the text; may be empty.
        status: the new status, for a line about a change of status.
        happened_at: in the centre's time zone.
        files: the files that came with it.
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
        summary: what a list shows of it.
        contact: where to answer besides the portal.
        about: the subject in Russian; empty if it has none.
        about_link: the address of the subject's screen.
        reason: of the status; may be empty.
        rating: from 1 to 5; None if it is not rated.
        version: grows with each change.
        entries: the lines of the page, the oldest first.
        page: the number of the page, from 1.
        pages: how many pages there are.
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
    """Return a thread with a page of its lines; None for the last page."""
    pages = max(1, -(-row.entries // ENTRIES))
    shown_page = min(page or pages, pages)
    return Thread(
        summary=summary,
        contact=row.contact,
        about=row.about or "",
        about_link=row.about_link or "",
        reason=row.reason or "",
        rating=row.rating,
        version=row.version,
        entries=_entries(session, row, viewer=viewer, skip=(shown_page - 1) * ENTRIES),
        page=shown_page,
        pages=pages,
    )


def make_summary(row: ThreadRow) -> Summary:
    """Make the summary of a thread from its row."""
    status = Status(row.status)
    return Summary(
        account_id=row.account_id,
        appeal_id=row.id,
        number=row.number,
        kind=Kind(row.kind),
        topic=rules.format_topic(row.topic),
        status=status,
        account=row.account,
        organization=formats.quote_name(row.organization),
        address=address.format_address(
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
        badge=terms.get_badge(row.due_on, clock.today(), status),
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
