"""News of the demonstration: one for everybody, one of an organisation, an outage in a house."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from db import session as database
from db.queries import demonstration as queries
from db.queries.demonstration import NewNews
from lib import clock
from lib.demo.golden import history
from lib.demo.reference import oddities
from lib.domain.news import Audience, Kind

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
    """News of one organisation, published some days ago; an outage begins in ``outage_in`` days."""

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


def publish_news() -> None:
    """Publish the demonstration's news; a second call changes nothing."""
    with database.transaction(database.OPERATOR) as session:
        for item in _ITEMS:
            organization_id = queries.find_organization(session, code=item.code)
            if organization_id is not None:
                _add(session, item, organization_id)


def _add(session: Session, item: _Item, organization_id: int) -> None:
    now = clock.now()
    outage_on = None if item.outage_in is None else now + dt.timedelta(days=item.outage_in)
    new = NewNews(
        organization_id=organization_id,
        kind=(Kind.NEWS if outage_on is None else Kind.OUTAGE).value,
        title=item.title,
        body=item.body,
        audience=item.audience.value,
        is_pinned=outage_on is not None,
        published_at=_at_hour(now - dt.timedelta(days=item.days_ago), 8),
        created_at=now,
        author="Петрова Анна",
        told_at=now,  # set, so that no letters are sent about it
        request_key=item.key,
        begins_at=None if outage_on is None else _at_hour(outage_on, 9),
        ends_at=None if outage_on is None else _at_hour(outage_on, 17),
    )
    news_id = queries.add_news(session, new=new)
    if news_id is not None and item.audience is Audience.HOUSES:
        house_id = queries.get_first_house(session, code=item.code)
        queries.add_news_house(
            session, news_id=news_id, house_id=house_id, organization_id=organization_id
        )


def _at_hour(moment: dt.datetime, hour: int) -> dt.datetime:
    return clock.local(moment).replace(hour=hour, minute=0, second=0, microsecond=0)
