"""Threads of the demonstration: written once, as if residents and staff had talked for weeks."""

import datetime as dt

from sqlalchemy.orm import Session

from db import session as database
from db.models import AnswerTemplate, Appeal, AppealEntry
from db.queries import demonstration as queries
from db.queries.appeals import steps
from db.queries.demonstration import PlaceRow
from lib import clock, config
from lib.demo.portal import appeals as written
from lib.demo.portal.appeals import Line, Thread
from lib.domain import address
from lib.domain.appeals import rules, terms
from lib.domain.appeals.rules import EntryKind, Kind, Side
from lib.services.appeals import deadlines

_ACCOUNT = "A1"  # the id of an account at both senders
_CONTACT = "resident@example.org"
_STAFF, _RESIDENT = "Петрова Анна", "Муравьев Сергей Иванович"
MIN_ACCOUNTS = 100  # a smaller city, as in tests, keeps an empty queue
_HOUR = dt.timedelta(hours=1)


def write_appeals() -> None:
    """Write the threads and templates if there are none; a second call changes nothing.

    Raises:
        SettingsRefused: not in demonstration mode.
    """
    _ = config.get_settings().demo_password  # refuses outside of the demonstration
    with database.transaction(database.OPERATOR) as session:
        if queries.has_appeals(session):
            return
        logins = queries.list_logins(session)
        places = queries.list_places(session, account=_ACCOUNT)
        for thread in sorted(written.THREADS, key=lambda thread: -thread.days):
            if (place := places.get(thread.sender)) is not None:
                _write(session, thread, place, logins)
        kamal = places.get("kamal")
        if kamal is not None:
            session.add_all(
                AnswerTemplate(organization_id=kamal.organization_id, name=name, body=body)
                for name, body in written.TEMPLATES
            )


def _write(session: Session, thread: Thread, place: PlaceRow, logins: dict[str, int]) -> None:
    appeal = _add_appeal(session, thread, place, logins)
    happened_at = appeal.sent_at
    for line in (Line(EntryKind.MESSAGE, Side.RESIDENT, thread.text, hours=0), *thread.lines):
        happened_at += _HOUR * line.hours
        session.add(_entry(appeal, line, happened_at, logins))
        session.flush()  # after each line, because lines are sorted by their keys


def _add_appeal(
    session: Session, thread: Thread, place: PlaceRow, logins: dict[str, int]
) -> Appeal:
    sent = clock.now() - dt.timedelta(days=thread.days, hours=2)
    day = clock.local(sent).date()
    number = f"{day.year:04d}-{steps.take_next_number(session, year=day.year):06d}"
    calendar = deadlines.get_calendar(session, day.year)
    deadline = terms.get_deadline(thread.topic, day, calendar=calendar)
    last = sent + _HOUR * sum(line.hours for line in thread.lines)
    appeal = Appeal(
        account_id=place.id,
        number=number,
        kind=Kind.APPEAL.value,
        organization_id=place.organization_id,
        house_id=place.house_id,
        login_id=logins.get("resident"),
        topic=thread.topic.value,
        status=thread.status.value,
        reason=next(
            (line.body for line in reversed(thread.lines) if line.status and line.body), None
        ),
        contact=_CONTACT,
        sent_at=sent,
        status_at=last,
        registered_on=day,
        due_on=deadline.due_on,
        due_rule=deadline.rule,
        answered_at=last if thread.lines else None,
        seen_at=last,
        assigned_to=logins.get("staff") if thread.is_taken else None,
        rating=thread.rating,
        entries=1 + len(thread.lines),
        version=len(thread.lines),
        request_key=f"demo.{number}",
        searched=_compose_search_text(number, thread, place),
    )
    session.add(appeal)
    session.flush()
    return appeal


def _compose_search_text(number: str, thread: Thread, place: PlaceRow) -> str:
    where = address.format_address(
        city=place.city,
        street=place.street,
        house=place.house,
        building=place.building,
        premise=place.premise,
        kind=place.premise_kind,
    )
    return "\n".join((number, place.number, rules.format_topic(thread.topic), where, thread.text))


def _entry(appeal: Appeal, line: Line, at: dt.datetime, logins: dict[str, int]) -> AppealEntry:
    names = {Side.RESIDENT: ("resident", _RESIDENT), Side.STAFF: ("staff", _STAFF)}
    username, author = names.get(line.side, ("", None))
    return AppealEntry(
        account_id=appeal.account_id,
        appeal_id=appeal.id,
        kind=line.kind.value,
        side=line.side.value,
        login_id=logins.get(username),
        author=author,
        body=line.body,
        status=line.status.value if line.status else None,
        happened_at=at,
        told_at=at,
    )
