"""Accounts, houses and names of the ledger, for the facts."""

from collections.abc import Mapping

import polars as pl
from sqlalchemy.orm import Session

from db import loading
from db.loading import Schema

_KEY, _DAY, _VOLUME = pl.Int64(), pl.Date(), pl.Decimal(15, 6)
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
    "SELECT a.organization_id, h.id, h.city, h.street, h.house, h.building, "
    "h.flats_count, h.floors, h.year_built, h.total_area FROM ("
    "SELECT DISTINCT a.organization_id, p.house_id FROM account a "
    "JOIN premise p ON p.id = a.premise_id WHERE a.sender_id = {sender}"
    ") a JOIN house h ON h.id = a.house_id"
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


def fetch_accounts(session: Session, *, sender: int) -> pl.DataFrame:
    """Return the sender's accounts: key, organisation, house, residents, area, opening day."""
    return loading.fetch_frame(
        session.connection(), _ACCOUNTS, schema=ACCOUNTS, parameters={"sender": sender}
    )


def fetch_small(session: Session, *, kind: str, sender: int) -> pl.DataFrame:
    """Return the sender's «organizations», «houses», «groups» or «services»."""
    query, schema = _SMALL[kind]
    return loading.copy_out(
        session.connection(), query, schema=schema, parameters={"sender": sender}
    )


def fetch_calendar(session: Session) -> pl.DataFrame:
    """Return the days of the working calendar that differ from the week."""
    return loading.copy_out(
        session.connection(),
        "SELECT day, is_working::int FROM calendar_day",
        schema=CALENDAR,
        parameters={},
    )
