"""Readings in the copy of a login's data: from billing, and submitted by the login."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, select

from db.models import Account, Meter, Reading, Service, SubmittedReading
from db.queries import scope

_login: BindParameter[int] = bindparam("login")
TABLES: Mapping[str, Select[*tuple[Any, ...]]] = {
    "readings": select(
        Account.number.label("account"),
        Service.name.label("service"),
        Meter.serial,
        Meter.place,
        Reading.zone,
        Reading.taken_on,
        Reading.value,
        Reading.source,
        Reading.status,
    )
    .join(Meter, (Meter.account_id == Reading.account_id) & (Meter.id == Reading.meter_id))
    .join(Account, Account.id == Reading.account_id)
    .join(Service, Service.id == Meter.service_id)
    .where(scope.match_viewer(Reading.account_id))
    .order_by(Account.number, Meter.serial, Reading.zone, Reading.taken_on),
    "submitted_readings": select(
        Account.number.label("account"),
        Service.name.label("service"),
        Meter.serial,
        SubmittedReading.zone,
        SubmittedReading.value,
        SubmittedReading.period,
        SubmittedReading.submitted_at,
        SubmittedReading.status,
        SubmittedReading.comment,
        SubmittedReading.reason,
    )
    .join(
        Meter,
        (Meter.account_id == SubmittedReading.account_id) & (Meter.id == SubmittedReading.meter_id),
    )
    .join(Account, Account.id == SubmittedReading.account_id)
    .join(Service, Service.id == Meter.service_id)
    .where(scope.match_viewer(SubmittedReading.account_id), SubmittedReading.login_id == _login)
    .order_by(Account.number, Meter.serial, SubmittedReading.zone, SubmittedReading.id),
}
