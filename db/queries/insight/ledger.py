"""Reading the ledger for the facts: a sender's month as frames, with keys of the ledger.

Only closed months have charges. Payments are all that the portal knows: of billing, and those of
banks' registers and of the portal that billing has not delivered yet, as residents see them.
"""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

import polars as pl
from sqlalchemy import text
from sqlalchemy.orm import Session

from db import loading
from db.loading import Schema
from db.rows import get_one, read_all

_KEY, _DAY, _MONEY, _VOLUME = pl.Int64(), pl.Date(), pl.Decimal(14, 2), pl.Decimal(15, 6)
_WORD, _NUMBER = pl.String(), pl.Int32()

ACCOUNTS: Schema = {
    "account_id": _KEY,
    "organization": _NUMBER,
    "house": _NUMBER,
    "residents": _NUMBER,
    "area": _VOLUME,
    "opened_on": _DAY,
}
_ACCOUNTS = (
    "SELECT a.id, a.organization_id, p.house_id, a.residents, coalesce(a.area, p.total_area), "
    "a.opened_on FROM account a JOIN premise p ON p.id = a.premise_id "
    "WHERE a.sender_id = {sender}"
)
CHARGES: Schema = {
    "account_id": _KEY,
    "service_group": _NUMBER,
    "service": _NUMBER,
    "supplier": _NUMBER,
    "method": _WORD,
    "tariff": pl.Decimal(14, 6),
    "volume_own": _VOLUME,
    "volume_common": _VOLUME,
    "opening": _MONEY,
    "accrued": _MONEY,
    "recalculation": _MONEY,
    "privilege": _MONEY,
    "coefficient": _MONEY,
    "penalty": _MONEY,
    "paid": _MONEY,
    "total": _MONEY,
    "closing": _MONEY,
}
# a penalty that billing keeps apart is a line without a service
_CHARGES = (
    "SELECT l.account_id, s.group_id, l.service_id, l.supplier_organization_id, l.method, "
    "l.tariff, l.volume_ind, l.volume_common, l.opening, l.accrued, l.recalculation, "
    "l.privilege, l.coefficient_amount, l.penalty, l.paid, l.total, l.closing "
    "FROM accrual l JOIN service s ON s.id = l.service_id "
    "WHERE l.period = {period} AND s.sender_id = {sender} "
    "UNION ALL SELECT l.account_id, l.group_id, NULL, NULL, NULL, NULL, NULL, NULL, l.opening, "
    "0, NULL, NULL, NULL, l.accrued, l.paid, 0, l.closing "
    "FROM penalty l JOIN service_group g ON g.id = l.group_id "
    "WHERE l.period = {period} AND g.sender_id = {sender}"
)
PAYMENTS: Schema = {
    "account_id": _KEY,
    "payment": _WORD,
    "service_group": _NUMBER,
    "paid_on": _DAY,
    "counted_in": _DAY,
    "known_on": _DAY,
    "channel": _WORD,
    "source": _WORD,
    "origin": _WORD,
    "amount": _MONEY,
    "is_reversal": _NUMBER,
}
# every part of every payment, with the day of paying in the centre's time zone
_PARTS = """
SELECT p.account_id, 'billing ' || p.id AS payment, coalesce(t.group_id, s.group_id) AS group_id,
    p.paid_on, date_trunc('month', coalesce(p.period, p.posted_on, p.paid_on))::date AS counted_in,
    coalesce(p.posted_on, p.paid_on) AS known_on, p.channel, p.source, 'billing' AS origin,
    coalesce(t.amount, p.amount) AS amount, p.is_reversal::int
FROM payment p
LEFT JOIN payment_part t ON t.account_id = p.account_id AND t.payment_id = p.id
LEFT JOIN service s ON s.id = t.service_id
UNION ALL
SELECT t.account_id, 'register ' || t.register_id || ' ' || t.line, t.group_id, r.paid_on, NULL,
    coalesce(r.decided_at, g.imported_at)::date, r.channel, f.bank, 'register', t.amount, 0
FROM register_part t
JOIN register_row r ON r.register_id = t.register_id AND r.line = t.line
JOIN register g ON g.id = t.register_id
JOIN register_format f ON f.code = g.format_code
WHERE NOT t.is_carried
UNION ALL
SELECT o.account_id, 'portal ' || o.id, t.group_id,
    (o.paid_at AT TIME ZONE {zone})::date, NULL, (o.paid_at AT TIME ZONE {zone})::date,
    'online', 'Портал', 'portal', t.amount - t.refunded, 0
FROM online_payment o
JOIN online_payment_part t ON t.account_id = o.account_id AND t.payment_id = o.id
WHERE o.status = 'paid' AND t.amount > t.refunded
    AND NOT EXISTS (
        SELECT FROM payment d WHERE d.account_id = o.account_id AND d.reference = o.bank_id)
    AND NOT EXISTS (SELECT FROM carried_payment c
        WHERE c.account_id = o.account_id AND c.online_payment_id = o.id)
"""
_PAYMENTS = (
    f"SELECT x.* FROM ({_PARTS}) x JOIN account a ON a.id = x.account_id "  # noqa: S608 - our text
    "WHERE a.sender_id = {sender} AND x.paid_on >= {since} AND x.paid_on < {until}"
)
READINGS: Schema = {
    "account_id": _KEY,
    "meter": _KEY,
    "service": _NUMBER,
    "zone": _NUMBER,
    "taken_on": _DAY,
    "source": _WORD,
    "status": _WORD,
    "consumption": _VOLUME,
}
_READINGS = (
    "SELECT r.account_id, r.meter_id, m.service_id, r.zone, r.taken_on, r.source, r.status, "
    "r.consumption FROM reading r "
    "JOIN meter m ON m.account_id = r.account_id AND m.id = r.meter_id "
    "JOIN service s ON s.id = m.service_id "
    "WHERE r.period = {period} AND s.sender_id = {sender}"
)
SUBMISSIONS: Schema = {
    "account_id": _KEY,
    "meter": _KEY,
    "service": _NUMBER,
    "submitted_on": _DAY,
    "status": _WORD,
    "used": _VOLUME,
}
_SUBMISSIONS = (
    "SELECT r.account_id, r.meter_id, m.service_id, (r.submitted_at AT TIME ZONE {zone})::date, "
    "r.status, r.used FROM submitted_reading r "
    "JOIN meter m ON m.account_id = r.account_id AND m.id = r.meter_id "
    "JOIN service s ON s.id = m.service_id "
    "WHERE r.period = {period} AND s.sender_id = {sender}"
)
HOUSE_VOLUMES: Schema = {
    "organization": _NUMBER,
    "house": _NUMBER,
    "service": _NUMBER,
    "metered": _VOLUME,
    "premises": _VOLUME,
    "common": _VOLUME,
}
_HOUSE_VOLUMES = (
    "SELECT h.organization_id, v.house_id, v.service_id, v.odpu_volume, v.premises_volume, "
    "v.common_volume FROM house_volume v JOIN house h ON h.id = v.house_id "
    "WHERE v.period = {period} AND h.sender_id = {sender}"
)
APPEALS: Schema = {
    "account_id": _KEY,
    "appeal": _KEY,
    "organization": _NUMBER,
    "house": _NUMBER,
    "kind": _WORD,
    "topic": _WORD,
    "status": _WORD,
    "sent_at": pl.Datetime("us"),
    "due_on": _DAY,
    "answered_at": pl.Datetime("us"),
    "ended_at": pl.Datetime("us"),
    "reopened": _NUMBER,
    "rating": _NUMBER,
}
_APPEALS = (
    "SELECT p.account_id, p.id, p.organization_id, p.house_id, p.kind, p.topic, p.status, "
    "p.sent_at AT TIME ZONE {zone}, p.due_on, "
    "(SELECT min(e.happened_at) FROM appeal_entry e WHERE e.account_id = p.account_id "
    "AND e.appeal_id = p.id AND e.side = 'staff' AND e.kind IN ('answer', 'question')) "
    "AT TIME ZONE {zone}, "
    "CASE WHEN p.status IN ('completed', 'closed', 'declined') THEN p.status_at END "
    "AT TIME ZONE {zone}, "
    "(SELECT greatest(count(*) - 1, 0) FROM appeal_entry e WHERE e.account_id = p.account_id "
    "AND e.appeal_id = p.id AND e.kind = 'answer'), p.rating "
    "FROM appeal p JOIN account a ON a.id = p.account_id WHERE a.sender_id = {sender} "
    "AND p.sent_at AT TIME ZONE {zone} >= {since} AND p.sent_at AT TIME ZONE {zone} < {until}"
)
# by sender and month: what its rows were, so that a month that is the same is not read again
_PAYMENT_MARKS = f"""
SELECT a.sender_id, date_trunc('month', x.paid_on)::date,
    count(*) || ' ' || sum(hashtextextended(concat_ws('|', x.account_id, x.payment, x.group_id,
        x.paid_on, x.counted_in, x.known_on, x.channel, x.source, x.amount, x.is_reversal), 0)
        ::numeric)
FROM ({_PARTS}) x JOIN account a ON a.id = x.account_id GROUP BY 1, 2
"""  # noqa: S608 - our text
_READING_MARKS = (
    "SELECT s.sender_id, r.period, count(*) || ' ' || max(r.submitted_at) || ' ' || "
    "sum(hashtextextended(concat_ws('|', r.id, r.status), 0)::numeric) FROM submitted_reading r "
    "JOIN meter m ON m.account_id = r.account_id AND m.id = r.meter_id "
    "JOIN service s ON s.id = m.service_id GROUP BY 1, 2"
)
_APPEAL_MARKS = (
    "SELECT a.sender_id, date_trunc('month', p.sent_at AT TIME ZONE {zone})::date, "
    "count(*) || ' ' || sum(p.version) || ' ' || max(p.status_at) || ' ' || "
    "sum(hashtextextended(concat_ws('|', p.id, p.status, p.organization_id, p.rating, p.entries), "
    "0)::numeric) "
    "FROM appeal p JOIN account a ON a.id = p.account_id GROUP BY 1, 2"
)
_MARKS: Schema = {"sender": _KEY, "period": _DAY, "mark": _WORD}

_LATEST = text(
    "SELECT coalesce((SELECT max(id) FROM package), 0) AS package, "
    "coalesce((SELECT max(id) FROM payment), 0) AS payment, "
    "concat_ws(' ', (SELECT max(id) FROM register), (SELECT max(decided_at) FROM register_row), "
    "(SELECT max(happened_at) FROM online_payment_event), "
    "(SELECT max(happened_at) FROM appeal_entry), (SELECT max(status_at) FROM appeal), "
    "(SELECT max(submitted_at) FROM submitted_reading), "
    "(SELECT max(decided_at) FROM submitted_reading), "
    "(SELECT string_agg(concat_ws(' ', sender_id, period, status, closed_at), ',' "
    "ORDER BY sender_id, period) FROM billing_period)) AS others"
)
_CLOSED = text(
    "SELECT p.sender_id AS sender, p.period, "
    "concat_ws(' ', p.closed_at, (SELECT max(k.id) FROM package k "
    "WHERE k.sender_id = p.sender_id AND k.period = p.period)) AS mark "
    "FROM billing_period p WHERE p.status = 'closed' ORDER BY 1, 2"
)
_SENDERS = text("SELECT id AS sender FROM sender ORDER BY id")

ORGANIZATIONS: Schema = {"organization": _NUMBER, "name": _WORD, "kind": _WORD}
HOUSES: Schema = {
    "organization": _NUMBER,
    "house": _NUMBER,
    "city": _WORD,
    "street": _WORD,
    "number": _WORD,
    "building": _WORD,
    "flats": _NUMBER,
    "floors": _NUMBER,
    "year_built": _NUMBER,
    "total_area": _VOLUME,
}
GROUPS: Schema = {"service_group": _NUMBER, "name": _WORD, "sort": _NUMBER}
SERVICES: Schema = {
    "service": _NUMBER,
    "service_group": _NUMBER,
    "name": _WORD,
    "unit": _WORD,
    "basis": _WORD,
    "resource": _WORD,
}
CALENDAR: Schema = {"day": _DAY, "is_working": _NUMBER}
_ORGANIZATIONS = (
    "SELECT id, coalesce(short_name, name), kind FROM organization WHERE sender_id = {sender}"
)
_HOUSES = (
    "SELECT DISTINCT a.organization_id, h.id, h.city, h.street, h.house, h.building, "
    "h.flats_count, h.floors, h.year_built, h.total_area FROM account a "
    "JOIN premise p ON p.id = a.premise_id JOIN house h ON h.id = p.house_id "
    "WHERE a.sender_id = {sender}"
)
_GROUPS = "SELECT id, name, sort FROM service_group WHERE sender_id = {sender}"
_SERVICES = (
    "SELECT id, group_id, name, unit, basis, meter_kind FROM service WHERE sender_id = {sender}"
)
_SMALL: Mapping[str, tuple[str, Schema]] = {
    "organizations": (_ORGANIZATIONS, ORGANIZATIONS),
    "houses": (_HOUSES, HOUSES),
    "groups": (_GROUPS, GROUPS),
    "services": (_SERVICES, SERVICES),
}


class LatestRow(NamedTuple):
    """What shows quickly whether anything has changed since."""

    package: int
    payment: int
    others: str


class ClosedRow(NamedTuple):
    """A closed month of a sender; ``mark`` changes with each import."""

    sender: int
    period: dt.date
    mark: str


class SenderRow(NamedTuple):
    """A sender."""

    sender: int


def lock_facts(session: Session) -> bool:
    """Tell whether no other process writes the facts; none can until this transaction ends."""
    locked = text("SELECT pg_try_advisory_xact_lock(hashtext('kabinet facts'))")
    return bool(session.scalar(locked))


def get_latest(session: Session) -> LatestRow:
    """Return what shows quickly whether anything has changed."""
    return get_one(session.execute(_LATEST), LatestRow)


def list_senders(session: Session) -> list[int]:
    """Return the keys of all senders."""
    return [row.sender for row in read_all(session.execute(_SENDERS), SenderRow)]


def list_closed(session: Session) -> list[ClosedRow]:
    """Return the closed months of all senders."""
    return read_all(session.execute(_CLOSED), ClosedRow)


def fetch_marks(session: Session, *, kind: str, zone: str) -> pl.DataFrame:
    """Return ``sender``, ``period`` and ``mark`` of «payments», «submissions» or «appeals»."""
    query = {
        "payments": _PAYMENT_MARKS,
        "submissions": _READING_MARKS,
        "appeals": _APPEAL_MARKS,
    }[kind]
    return loading.copy_out(session.connection(), query, schema=_MARKS, parameters={"zone": zone})


def fetch_accounts(session: Session, *, sender: int) -> pl.DataFrame:
    """Return the sender's accounts: key, organisation, house, residents, area, opening day."""
    return loading.copy_out(
        session.connection(), _ACCOUNTS, schema=ACCOUNTS, parameters={"sender": sender}
    )


def fetch_small(session: Session, *, kind: str, sender: int) -> pl.DataFrame:
    """Return the sender's «organizations», «houses», «groups» or «services»."""
    query, schema = _SMALL[kind]
    return loading.copy_out(
        session.connection(), query, schema=schema, parameters={"sender": sender}
    )


def fetch_calendar(session: Session) -> pl.DataFrame:
    """Return the days of the working calendar that differ from the week, or all of them."""
    return loading.copy_out(
        session.connection(),
        "SELECT day, is_working::int FROM calendar_day",
        schema=CALENDAR,
        parameters={},
    )


_MONTHLY: Mapping[str, tuple[str, Schema]] = {
    "charges": (_CHARGES, CHARGES),
    "payments": (_PAYMENTS, PAYMENTS),
    "readings": (_READINGS, READINGS),
    "submissions": (_SUBMISSIONS, SUBMISSIONS),
    "house_volumes": (_HOUSE_VOLUMES, HOUSE_VOLUMES),
    "appeals": (_APPEALS, APPEALS),
}


def fetch_month(
    session: Session, *, kind: str, sender: int, period: dt.date, until: dt.date, zone: str
) -> pl.DataFrame:
    """Return a sender's rows of a month.

    Args:
        session: the operator's, frozen.
        kind: a monthly kind of the facts that is read and not computed.
        sender: its key.
        period: the month.
        until: the first day of the next month.
        zone: the centre's time zone.
    """
    query, schema = _MONTHLY[kind]
    known = {"sender": sender, "period": period, "since": period, "until": until, "zone": zone}
    parameters = {name: value for name, value in known.items() if f"{{{name}}}" in query}
    return loading.copy_out(session.connection(), query, schema=schema, parameters=parameters)
