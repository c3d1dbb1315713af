"""Meters of all accounts: their last readings, expected readings, and when they are accepted."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby

from sqlalchemy.orm import Session

from db import session as database
from db.queries.meters import meters as queries
from db.queries.meters import readings
from db.queries.meters.meters import MeterRow
from db.queries.meters.readings import ReadingRow
from db.session import Viewer
from lib import clock
from lib.access import Actor, Permission
from lib.domain import address, formats
from lib.domain.meters import hints
from lib.domain.meters.windows import Outside, Window, find_verification
from lib.services.meters import _dials, _states
from lib.services.meters.cards import AccountMeters, MeterCard

_REMEMBERED = dt.timedelta(days=365)  # how long a removed meter is shown


def list_meters(*, actor: Actor) -> tuple[AccountMeters, ...]:
    """Return the meters of all of the actor's accounts; an account without any is left out.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.READINGS_SUBMIT)
    with database.transaction(actor.viewer) as session:
        return load_meters(session, viewer=actor.viewer, today=clock.today())


def load_meters(session: Session, *, viewer: Viewer, today: dt.date) -> tuple[AccountMeters, ...]:
    """Return the viewer's meters, within the caller's transaction."""
    rows = queries.list_meters(session, viewer=viewer, today=today, since=today - _REMEMBERED)
    if not rows:
        return ()
    readings_by_dial: defaultdict[tuple[int, int], list[ReadingRow]] = defaultdict(list)
    for row in readings.list_readings(session, viewer=viewer):
        readings_by_dial[row.meter_id, row.zone].append(row)
    return tuple(
        _account(list(members), readings_by_dial, today)
        for _, members in groupby(rows, key=lambda row: row.account_id)
    )


def _account(
    rows: Sequence[MeterRow],
    readings_by_dial: Mapping[tuple[int, int], Sequence[ReadingRow]],
    today: dt.date,
) -> AccountMeters:
    first = rows[0]
    meters = [_meter(row, readings_by_dial, today) for row in rows]
    return AccountMeters(
        account_id=first.account_id,
        number=first.number,
        organization=formats.quote_name(first.organization),
        address=address.format_address(
            street=first.street,
            house=first.house,
            building=first.building,
            premise=first.premise,
            kind=first.premise_kind,
        ),
        meters=tuple(sorted(meters, key=lambda meter: meter.is_removed)),
    )


def _meter(
    row: MeterRow,
    readings_by_dial: Mapping[tuple[int, int], Sequence[ReadingRow]],
    today: dt.date,
) -> MeterCard:
    window = _window(row)
    period, intake = _states.describe_intake(row, window, today)
    month = period or today.replace(day=1)
    return MeterCard(
        account_id=row.account_id,
        organization_id=row.organization_id,
        meter_id=row.id,
        service=row.service,
        resource=row.meter_kind,
        unit=hints.get_dial_unit(row.meter_kind, row.unit),
        service_unit=row.unit,
        serial=row.serial,
        place=row.place,
        decimals=row.decimals,
        verified_on=row.verified_on,
        verification=find_verification(row.next_verification_on, today),
        period=period,
        intake=intake,
        is_removed=_states.is_removed(row),
        dials=tuple(
            _dials.make_dial(row, zone, readings_by_dial.get((row.id, zone), ()), month)
            for zone in range(1, row.zones + 1)
        ),
    )


def _window(row: MeterRow) -> Window:
    if (
        row.first_day is None
        or row.last_day is None
        or row.outside is None
        or row.accepts_expired is None
    ):
        return Window()
    return Window(row.first_day, row.last_day, Outside(row.outside), row.accepts_expired)
