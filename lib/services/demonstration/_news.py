"""News of the demonstration: of the centre, of an organisation, and an outage in one house."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db import session as database
from db.models import Account, News, NewsHouse, Organization, Premise, Sender
from lib import clock
from lib.demo import history, oddities
from lib.domain.news import Audience, Kind

_ORGANIZATION = (
    select(Organization.id)
    .join(Sender, Sender.id == Organization.sender_id)
    .where(Sender.code == bindparam("code"), Organization.external_id == bindparam("code"))
)
_HOUSE = (
    select(Premise.house_id)
    .join(Account, Account.premise_id == Premise.id)
    .join(Sender, Sender.id == Account.sender_id)
    .where(Sender.code == bindparam("code"))
    .order_by(Premise.house_id)
    .limit(1)
)
_METERS = """Показания счётчиков принимаем **с 15-го по 25-е число** каждого месяца:

- в разделе «Показания счётчиков»;
- по телефону расчётного центра;
- в офисе, в часы работы.

Если показаний нет, первые три месяца считаем по среднему, дальше — по нормативу."""
_HEATING = """Промываем и опрессовываем систему отопления, чтобы зимой в домах было тепло.

Доступ в квартиры не нужен. Если заметили течь, звоните в аварийную службу: телефон есть
в разделе «Организации»."""
_OUTAGE = """Меняем задвижку в подвале. Холодной воды не будет **во всём доме**.

Запаситесь водой заранее и закройте краны перед уходом."""


@dataclass(frozen=True, slots=True)
class _Item:
    """One piece of news: whose, how many days ago, and the day on which an outage is."""

    key: str
    code: str
    audience: Audience
    title: str
    body: str
    days_ago: int
    outage_in: int | None = None


_ITEMS = (
    _Item(
        "demo.meters", oddities.CENTR, Audience.EVERYBODY, "Когда передавать показания", _METERS, 12
    ),
    _Item(
        "demo.heating",
        history.SENDER,
        Audience.ORGANIZATION,
        "Готовим дома к отопительному сезону",
        _HEATING,
        5,
    ),
    _Item(
        "demo.outage",
        history.SENDER,
        Audience.HOUSES,
        "Не будет холодной воды: замена задвижки",
        _OUTAGE,
        1,
        outage_in=1,
    ),
)


def publish() -> None:
    """Publish the demonstration's news; a second time changes nothing."""
    with database.transaction(database.OPERATOR) as session:
        for item in _ITEMS:
            organization = session.scalar(_ORGANIZATION, {"code": item.code})
            if organization is not None:
                _add(session, item, organization)


def _add(session: Session, item: _Item, organization: int) -> None:
    now = clock.now()
    statement = (
        insert(News)
        .values(
            organization_id=organization,
            kind=(Kind.NEWS if item.outage_in is None else Kind.OUTAGE).value,
            title=item.title,
            body=item.body,
            audience=item.audience.value,
            is_pinned=item.outage_in is not None,
            published_at=_hour(now - dt.timedelta(days=item.days_ago), 8),
            created_at=now,
            author="Петрова Анна",
            told_at=now,  # nobody is written to about it
            request_key=item.key,
            **dict(_span(item, now)),
        )
        .on_conflict_do_nothing()
        .returning(News.id)
    )
    key = session.scalar(statement)
    if key is not None and item.audience is Audience.HOUSES:
        house = session.scalars(_HOUSE, {"code": item.code}).one()
        session.add(NewsHouse(news_id=key, house_id=house, organization_id=organization))


def _span(item: _Item, now: dt.datetime) -> Iterator[tuple[str, dt.datetime]]:
    if item.outage_in is not None:
        day = now + dt.timedelta(days=item.outage_in)
        yield "begins_at", _hour(day, 9)
        yield "ends_at", _hour(day, 17)


def _hour(moment: dt.datetime, hour: int) -> dt.datetime:
    return clock.local(moment).replace(hour=hour, minute=0, second=0, microsecond=0)
