"""News published, changed and withdrawn by the staff of their organisation."""

import datetime as dt

from sqlalchemy.orm import Session

from db import session as database
from db.models import News
from db.queries.news import desk as queries
from lib import clock, config
from lib.access import AccessDenied, Actor, Permission
from lib.domain import formats
from lib.domain import news as domain
from lib.domain.news import Audience, Draft, NewsRefused
from lib.domain.texts import clean_line, clean_text
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.news import desk

_FARTHEST = dt.timedelta(days=366)
_WORDS = {
    "title": "заголовок",
    "body": "текст",
    "begins_at": "начало",
    "ends_at": "окончание",
    "is_pinned": "закрепление",
    "audience": "адресаты",
    "published_at": "время публикации",
}


class NewsChanged(NewsRefused):
    """A colleague has changed the item since the screen was rendered."""

    def __init__(self, stored: News, differs: list[str]) -> None:
        when = formats.format_moment(clock.local(stored.changed_at or stored.created_at))
        super().__init__(
            f"Пока вы правили, новость изменил другой сотрудник: {stored.changed_by}, {when}. "
            f"Отличается от вашего: {', '.join(differs)}. Скопируйте свою правку, нажмите "
            "«Загрузить изменённую» и внесите её ещё раз."
        )


class NewsWithdrawn(NewsRefused):
    """The item was withdrawn already."""

    def __init__(self) -> None:
        super().__init__("Новость уже снята с публикации. Опубликуйте новую.")


def publish_news(*, actor: Actor, draft: Draft, request_key: str, address: str) -> int:
    """Publish a news item, now or at the time in the draft, and return its key.

    A second call with the same ``request_key`` publishes nothing.

    Args:
        actor: a member of staff; needs ``news:write`` and an organisation.
        draft: the fields of the form.
        request_key: one value for a rendered form.
        address: the client's address.

    Raises:
        AccessDenied: no permission, or no organisation.
        NewsRefused: a field is missing or wrong.
    """
    actor.demand(Permission.NEWS_WRITE)
    organization_id = actor.demand_organization()
    values = _values(draft, now=clock.now())
    with database.transaction(actor.viewer) as session:
        done = queries.find_by_request(
            session, organization_id=organization_id, request_key=request_key
        )
        if done is not None:
            return done
        _demand_reach(session, organization_id, draft)
        news = News(
            organization_id=organization_id,
            kind=draft.kind.value,
            created_at=clock.now(),
            author=actor.full_name,
            request_key=request_key,
            version=0,
            told_up_to=0,
            **values,
        )
        session.add(news)
        session.flush()
        queries.set_houses(
            session, organization_id=organization_id, news_id=news.id, houses=_houses(draft)
        )
        _record(session, actor, Action.NEWS_PUBLISHED, news, address)
        return news.id


def change_news(*, actor: Actor, news_id: int, draft: Draft, version: int, address: str) -> None:
    """Change a news item, except its kind and, once it is published, its time.

    Args:
        actor: a member of staff; needs ``news:write``.
        news_id: an item of their organisation.
        draft: the new fields.
        version: the version that the screen showed.
        address: the client's address.

    Raises:
        AccessDenied: no permission, no such news, or another organisation's.
        NewsChanged: a colleague has changed it meanwhile.
        NewsWithdrawn: it was withdrawn.
        NewsRefused: a field is missing or wrong.
    """
    actor.demand(Permission.NEWS_WRITE)
    organization_id = actor.demand_organization()
    with database.transaction(actor.viewer) as session:
        news = _lock(session, organization_id, news_id)
        if news.news_item_id is not None:
            raise NewsRefused("Эту новость прислала программа начислений: исправьте её там.")
        if news.withdrawn_at is not None:
            raise NewsWithdrawn
        if draft.kind != news.kind:
            raise NewsRefused("Новость не становится отключением: снимите её и напишите новую.")
        values = _values(draft, now=clock.now(), stored=news.published_at)
        differs = _list_differences(session, organization_id, news, values, draft)
        if not differs:
            return  # a second click, or nothing to change
        if news.version != version:
            raise NewsChanged(news, differs)
        _demand_reach(session, organization_id, draft)
        for name, value in values.items():
            setattr(news, name, value)
        news.version += 1
        news.changed_at, news.changed_by = clock.now(), actor.full_name
        queries.set_houses(
            session, organization_id=organization_id, news_id=news_id, houses=_houses(draft)
        )
        _record(session, actor, Action.NEWS_CHANGED, news, address)


def withdraw_news(*, actor: Actor, news_id: int, reason: str, address: str) -> None:
    """Withdraw a news item from residents; a second call keeps the first reason.

    Raises:
        AccessDenied: no permission, no such news, or another organisation's.
        NewsRefused: the reason is missing or too long.
    """
    actor.demand(Permission.NEWS_WRITE)
    cleaned_reason = clean_line(reason)
    if not cleaned_reason or len(cleaned_reason) > domain.LONGEST_REASON:
        raise NewsRefused("Напишите коротко, почему снимаете новость: это увидят коллеги.")
    with database.transaction(actor.viewer) as session:
        news = _lock(session, actor.demand_organization(), news_id)
        if news.withdrawn_at is not None:
            return
        news.withdrawn_at, news.withdrawn_by = clock.now(), actor.full_name
        news.withdrawn_reason = cleaned_reason
        _record(session, actor, Action.NEWS_WITHDRAWN, news, address, reason=cleaned_reason)


def _values(
    draft: Draft, *, now: dt.datetime, stored: dt.datetime | None = None
) -> dict[str, object]:
    """Return the columns that a draft sets."""
    domain.check_draft(draft)
    begins, ends = domain.parse_outage(draft, config.get_settings().zone)
    return {
        "title": clean_line(draft.title),
        "body": clean_text(draft.body),
        "begins_at": begins,
        "ends_at": ends,
        "is_pinned": draft.is_pinned,
        "audience": draft.audience.value,
        "published_at": _publication_time(draft, now=now, stored=stored),
    }


def _publication_time(draft: Draft, *, now: dt.datetime, stored: dt.datetime | None) -> dt.datetime:
    """Return the time of publication; a published item keeps its time."""
    if stored is not None and stored <= now:
        return stored
    publish_at = (
        domain.parse_moment(draft.at, config.get_settings().zone) if draft.at.strip() else now
    )
    if publish_at > now + _FARTHEST:
        raise NewsRefused("До публикации больше года: проверьте дату.")
    return max(publish_at, now)


def _houses(draft: Draft) -> tuple[int, ...]:
    return tuple(dict.fromkeys(draft.houses)) if draft.audience is Audience.HOUSES else ()


def _demand_reach(session: Session, organization_id: int, draft: Draft) -> None:
    """Raise AccessDenied if the organisation may not write to the audience or the houses."""
    organization = queries.get_reach(session, organization_id=organization_id)
    if draft.audience not in desk.list_audiences(organization):
        raise AccessDenied
    houses = _houses(draft)
    if houses and queries.filter_houses(
        session, organization_id=organization_id, houses=houses
    ) != set(houses):
        raise AccessDenied


def _lock(session: Session, organization_id: int, news_id: int) -> News:
    news = queries.lock_news(session, organization_id=organization_id, news_id=news_id)
    if news is None:
        raise AccessDenied
    return news


def _list_differences(
    session: Session,
    organization_id: int,
    news: News,
    values: dict[str, object],
    draft: Draft,
) -> list[str]:
    """Return the Russian names of the fields that a draft would change."""
    differs = [words for name, words in _WORDS.items() if getattr(news, name) != values[name]]
    row = queries.find_news(session, organization_id=organization_id, news_id=news.id)
    if row is not None and set(row.houses or ()) != set(_houses(draft)):
        differs.append("дома")
    return differs


def _record(
    session: Session,
    actor: Actor,
    action: Action,
    news: News,
    address: str,
    *,
    reason: str | None = None,
) -> None:
    trail.record_event(
        session, action=action, actor=actor, address=address, news=news.title, reason=reason
    )
