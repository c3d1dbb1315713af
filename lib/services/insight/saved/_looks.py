"""A look at a subscription: has its occasion come, and what does its view say now."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from db import session as database
from db.queries.insight import deliveries as queries
from db.queries.insight.deliveries import ActiveRow
from lib import clock
from lib.access import Actor, Permission, Role
from lib.domain import formats
from lib.domain.insight import cells, occasions
from lib.domain.insight.occasions import Figure, Occasion
from lib.facts.reader import Facts
from lib.services.insight import screens
from lib.services.insight.saved import stored_pages
from lib.services.insight.saved.stored_pages import StoredPage

# the worker reads the ledger every few minutes: after this long something is wrong
_FRESH = dt.timedelta(hours=12)
_CALENDAR = {
    Occasion.WEEKLY: "Письмо раз в неделю.",
    Occasion.MONTHLY: "Письмо раз в месяц.",
}
_NOT_OPEN = "Учётная запись заблокирована или не подтверждена."
_NO_PERMISSION = "У учётной записи больше нет доступа к аналитике."
_NOT_SHARED = "Владелец вида больше не делится им."
_NO_SCREEN = "Такого экрана больше нет."
_NO_FIGURE = "Показателя больше нет в этом виде, или по нему нет данных."
_OLD = "Данные аналитики устарели: последний раз они обновлены {}."


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a subscription has found.

    Attributes:
        occasion: what happened; empty: nothing.
        words: why there is a letter, or why there is none.
        stored: the page of the letter; None: there is none.
        is_final: whether the occasion is not tried again.
        seen: what the subscription keeps of this look.
    """

    occasion: str = ""
    words: str = ""
    stored: StoredPage | None = None
    is_final: bool = True
    seen: Mapping[str, object] = field(default_factory=dict)


def look(row: ActiveRow, now: dt.datetime) -> Look:
    """Return what has happened since the last look.

    Args:
        row: the subscription, its view and its login as they are now.
        now: in the centre's time zone.

    Raises:
        FactsMissing, FactsBroken, FactsAway: there is nothing to read.
    """
    occasion, actor = Occasion(row.occasion), _make_actor(row)
    if occasion in _CALENDAR and _is_settled(row, now):
        return Look()
    refusal = _find_refusal(row, actor)
    if refusal:
        return Look(name_trouble(row, f"access {now:%Y-%m}", now), refusal)
    facts = screens.open_facts(actor)
    if clock.now() - facts.manifest.moment > _FRESH:
        moment = formats.format_moment(clock.local(facts.manifest.moment))
        name = name_trouble(row, f"check {now:%Y-%m-%d}", now)
        return Look(name, _OLD.format(moment), is_final=False)
    if occasion is Occasion.BOUND:
        return _look_at_figure(row, actor, facts, now)
    if occasion is Occasion.CLOSING:
        return _look_at_months(row, actor, facts)
    due = occasions.find_calendar_occasion(occasion, now)
    return _make_letter(row, actor, due.name, _CALENDAR[occasion])


def name_trouble(row: ActiveRow, name: str, now: dt.datetime) -> str:
    """Return the occasion that a trouble belongs to: that of the calendar, or the given one."""
    occasion = Occasion(row.occasion)
    if occasion in _CALENDAR:
        return occasions.find_calendar_occasion(occasion, now).name
    return name


def _make_actor(row: ActiveRow) -> Actor:
    return Actor(
        login_id=row.login_id,
        username=row.username,
        first_name=row.first_name,
        full_name=row.first_name,
        role=Role(row.role),
        organization_id=row.organization_id,
    )


def _is_settled(row: ActiveRow, now: dt.datetime) -> bool:
    """Tell whether the occasion of the calendar began before the subscription, or is done."""
    due = occasions.find_calendar_occasion(Occasion(row.occasion), now)
    if due.began <= row.since:
        return True
    with database.transaction(database.OPERATOR) as session:
        return queries.is_settled(session, subscription_id=row.id, occasion=due.name)


def _find_refusal(row: ActiveRow, actor: Actor) -> str:
    """Return why the login may not get the letter; empty if it may."""
    if not row.is_open:
        return _NOT_OPEN
    if not actor.may(Permission.INSIGHT_READ):
        return _NO_PERMISSION
    if not row.may_open:
        return _NOT_SHARED
    return "" if row.path in screens.BUILDERS else _NO_SCREEN


def _look_at_months(row: ActiveRow, actor: Actor, facts: Facts) -> Look:
    latest = screens.find_latest(facts)
    if row.known_month is None:  # the first look after a pause
        return Look(seen={"known_month": latest})
    if latest <= row.known_month:
        return Look()
    why = f"Месяц закрыт: {formats.format_month(latest)}."
    return _make_letter(row, actor, f"closed {latest:%Y-%m}", why, seen={"known_month": latest})


def _look_at_figure(row: ActiveRow, actor: Actor, facts: Facts, now: dt.datetime) -> Look:
    """Tell whether the figure has passed the bound since the last look."""
    # some figures change with the day, too: «received so far»
    seen: dict[str, object] = {"seen": f"{facts.manifest.version} {now:%Y-%m-%d}"}
    if row.seen == seen["seen"]:
        return Look()
    stored = stored_pages.build_page(actor=actor, path=row.path, query=row.query)
    figures = {figure.key: figure for figure in occasions.list_figures(stored.page)}
    figure = figures.get(row.figure or "")
    if figure is None or figure.value is None or row.bound is None:
        return Look(f"figure {now:%Y-%m}", _NO_FIGURE, is_final=False, seen=seen)
    is_beyond = occasions.is_beyond(figure.value, row.bound, is_above=bool(row.is_above))
    seen["is_beyond"] = is_beyond
    if not is_beyond or row.is_beyond is not False:
        return Look(seen=seen)
    # a figure that goes to and fro is told of once a day
    return Look(f"bound {now:%Y-%m-%d}", _describe_bound(row, figure), stored, seen=seen)


def _describe_bound(row: ActiveRow, figure: Figure) -> str:
    side = "выше" if row.is_above else "ниже"
    bound = cells.format_alone(row.bound, figure.unit, name=figure.name)
    value = cells.format_alone(figure.value, figure.unit, name=figure.name)
    return f"{figure.name}: {value}, это {side} порога {bound}."


def _make_letter(
    row: ActiveRow,
    actor: Actor,
    occasion: str,
    why: str,
    *,
    seen: Mapping[str, object] | None = None,
) -> Look:
    stored = stored_pages.build_page(actor=actor, path=row.path, query=row.query)
    if stored.page.refusal:
        return Look(occasion, stored.page.refusal, seen=seen or {})
    return Look(occasion, why, stored, seen=seen or {})
