"""Reading a sender's month of the ledger for the facts, as frames with keys of the ledger.

Only closed months have charges. Payments are all that the portal knows: of billing, and those of
banks' registers and of the portal that billing has not delivered yet, as residents see them.
"""

import datetime as dt
from collections.abc import Mapping

import polars as pl
from sqlalchemy.orm import Session

from db import loading
from db.loading import Schema
from db.queries.insight import names

_KEY, _DAY, _MONEY, _VOLUME = pl.Int64(), pl.Date(), pl.Decimal(14, 2), pl.Decimal(15, 6)
_WORD, _NUMBER = pl.String(), pl.Int32()

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
_LINES = (
    "SELECT l.account_id, s.group_id, l.service_id, l.supplier_organization_id, l.method, "
    "l.tariff, l.volume_ind, l.volume_common, l.opening, l.accrued, l.recalculation, "
    "l.privilege, l.coefficient_amount, l.penalty, l.paid, l.total, l.closing "
    "FROM accrual l JOIN service s ON s.id = l.service_id "
    "WHERE l.period = {period} AND s.sender_id = {sender}"
)
# a penalty that billing keeps apart is a line without a service
_PENALTIES = (
    "SELECT l.account_id, l.group_id, NULL, NULL, NULL, NULL, NULL, NULL, l.opening, "
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
PAYMENT_PARTS = """
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
    f"SELECT x.* FROM ({PAYMENT_PARTS}) x JOIN account a ON a.id = x.account_id "  # noqa: S608 - our text
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
_MONTHLY: Mapping[str, tuple[str, Schema]] = {
    "charges": (f"{_LINES} UNION ALL {_PENALTIES}", CHARGES),
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


def complete_charges(
    session: Session, lines: pl.DataFrame, *, sender: int, period: dt.date
) -> pl.DataFrame:
    """Return a sender's charges of a month, given its lines: with groups and penalties.

    Args:
        session: the operator's, frozen.
        lines: all lines of the month, without the groups of their services.
        sender: its key.
        period: the month.
    """
    connection = session.connection()
    groups = names.fetch_small(session, kind="services", sender=sender)
    penalties = loading.copy_out(
        connection, _PENALTIES, schema=CHARGES, parameters={"sender": sender, "period": period}
    )
    group = pl.col("service").replace_strict(groups["service"], groups["service_group"])
    whole = lines.with_columns(service_group=group.cast(_NUMBER)).select(*CHARGES)
    return pl.concat([whole, penalties])
