"""Rules of the analysts' screens that administrators keep: targets of collection, ages of debts."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from sqlalchemy.orm import Session

from db import session as database
from db.queries.insight import rules as queries
from lib.access import AccessDenied, Actor, Permission
from lib.domain import formats
from lib.domain.insight import debt_ages, figures
from lib.errors import PortalError
from lib.services.audit import trail
from lib.services.audit.trail import Action

_HIGHEST, _MOST_BOUNDS = Decimal(150), 6  # percent; a debt has a few ages that people can compare
_FIRST, _LAST = dt.date(2000, 1, 1), dt.date(2100, 12, 31)
_OUTSIDE = "Дата вне допустимых: с 2000 по 2100 год."


class RuleRefused(PortalError):
    """The rule is not accepted; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Target:
    """A target of collection.

    Attributes:
        organization_id: the organisation.
        name: its name.
        valid_from: the first month that it is for, by its first day.
        share: what part of a charge is to be collected.
    """

    organization_id: int
    name: str
    valid_from: dt.date
    share: Decimal


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules as an administrator sees them.

    Attributes:
        organizations: names of those that manage houses, by key.
        targets: by organisation, the oldest first.
        bounds: of ages in days, by the day that they begin on, the oldest first.
    """

    organizations: Mapping[int, str]
    targets: tuple[Target, ...]
    bounds: Mapping[dt.date, tuple[int, ...]]


class Targets:
    """Which target an organisation has in a month."""

    def __init__(self, rows: Sequence[tuple[int, dt.date, Decimal]]) -> None:
        self._rows = sorted(rows)

    def find_share(self, organization: int, month: dt.date) -> Decimal | None:
        """Return the latest target that began by a month; None if there is none."""
        begun = [
            share for known, since, share in self._rows if known == organization and since <= month
        ]
        return begun[-1] if begun else None


def read_targets(*, organization: int | None) -> Targets:
    """Return the targets of an organisation, or of all, for a screen whose access is checked."""
    with database.transaction(database.OPERATOR) as session:
        return Targets(queries.list_targets(session, organization=organization))


def read_bounds() -> Mapping[dt.date, tuple[int, ...]]:
    """Return the bounds of ages by the day that they begin on."""
    with database.transaction(database.OPERATOR) as session:
        return _group(queries.list_bounds(session))


def list_rules(*, actor: Actor) -> Rules:
    """Return all rules.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.INSIGHT_MANAGE)
    with database.transaction(database.OPERATOR) as session:
        names = {
            row.organization: formats.quote_name(row.name) for row in queries.list_managers(session)
        }
        targets = queries.list_targets(session)
        bounds = _group(queries.list_bounds(session))
    return Rules(
        organizations=names,
        targets=tuple(
            Target(row.organization, names.get(row.organization, ""), row.valid_from, row.share)
            for row in targets
        ),
        bounds=bounds,
    )


def set_target(
    *, actor: Actor, organization_id: int, month: dt.date, percent: str, address: str
) -> None:
    """Set the target of an organisation from a month on, until the next one begins.

    Args:
        actor: needs ``insight:manage``.
        organization_id: an organisation that manages houses.
        month: any day of the first month.
        percent: as typed: «95» or «95,5 %».
        address: the client's IP address.

    Raises:
        AccessDenied: no permission, or no such organisation.
        RuleRefused: not a number of percent from 1 to 150, or a month too early or too late.
    """
    actor.demand(Permission.INSIGHT_MANAGE)
    share, since = _parse_percent(percent), month.replace(day=1)
    if not _FIRST <= since <= _LAST:
        raise RuleRefused(_OUTSIDE)
    with database.transaction(database.OPERATOR) as session:
        if organization_id not in {row.organization for row in queries.list_managers(session)}:
            raise AccessDenied
        queries.set_target(session, organization=organization_id, valid_from=since, share=share)
        trail.record_event(
            session,
            action=Action.INSIGHT_RULES_CHANGED,
            actor=actor,
            organization_id=organization_id,
            address=address,
            what="target",
            since=since,
            target=figures.format_share(share),
        )


def delete_target(*, actor: Actor, organization_id: int, valid_from: dt.date, address: str) -> None:
    """Delete a target: the one before it holds on.

    Raises:
        AccessDenied: no permission, or no such target.
    """
    actor.demand(Permission.INSIGHT_MANAGE)
    with database.transaction(database.OPERATOR) as session:
        if not queries.delete_target(session, organization=organization_id, valid_from=valid_from):
            raise AccessDenied
        trail.record_event(
            session,
            action=Action.INSIGHT_RULES_CHANGED,
            actor=actor,
            organization_id=organization_id,
            address=address,
            what="target_deleted",
            since=valid_from,
        )


def set_bounds(*, actor: Actor, valid_from: dt.date, days: str, address: str) -> None:
    """Set the ages of debts from a day on, until the next ones begin.

    Args:
        actor: needs ``insight:manage``.
        valid_from: the first day.
        days: the last days of the ages as typed: «30, 90, 365».
        address: the client's IP address.

    Raises:
        AccessDenied: no permission.
        RuleRefused: these are not one to six whole numbers from 1 to 395, or the day is too
            early or too late.
    """
    actor.demand(Permission.INSIGHT_MANAGE)
    bounds = _parse_days(days)
    if not _FIRST <= valid_from <= _LAST:
        raise RuleRefused(_OUTSIDE)
    with database.transaction(database.OPERATOR) as session:
        queries.lock_bounds(session)
        queries.set_bounds(session, valid_from=valid_from, days=bounds)
        _record_bounds(session, actor, valid_from, ", ".join(map(str, bounds)), address)


def delete_bounds(*, actor: Actor, valid_from: dt.date, address: str) -> None:
    """Delete the ages that begin on a day: those before them hold on.

    Raises:
        AccessDenied: no permission, or none begin on that day.
        RuleRefused: there are no others.
    """
    actor.demand(Permission.INSIGHT_MANAGE)
    with database.transaction(database.OPERATOR) as session:
        queries.lock_bounds(session)
        known = _group(queries.list_bounds(session))
        if valid_from not in known:
            raise AccessDenied
        if len(known) == 1:
            raise RuleRefused("Последний набор сроков удалить нельзя: долги не на что делить.")
        queries.delete_bounds(session, valid_from=valid_from)
        _record_bounds(session, actor, valid_from, "", address)


def _record_bounds(
    session: Session, actor: Actor, since: dt.date, value: str, address: str
) -> None:
    trail.record_event(
        session,
        action=Action.INSIGHT_RULES_CHANGED,
        actor=actor,
        address=address,
        what="ages" if value else "ages_deleted",
        since=since,
        days=value or None,
    )


def _group(rows: Sequence[queries.BoundRow]) -> dict[dt.date, tuple[int, ...]]:
    found: dict[dt.date, tuple[int, ...]] = {}
    for row in rows:
        found[row.valid_from] = (*found.get(row.valid_from, ()), row.days)
    return found


def _parse_percent(typed: str) -> Decimal:
    try:
        percent = Decimal(typed.replace("%", "").replace(",", ".").strip())
    except InvalidOperation:
        percent = Decimal(0)
    if not percent.is_finite() or not 1 <= percent <= _HIGHEST or percent % Decimal("0.01"):
        raise RuleRefused(f"Введите план в процентах, от 1 до {_HIGHEST}, например 95,5.")
    return percent / 100


def _parse_days(typed: str) -> tuple[int, ...]:
    words = typed.replace(",", " ").replace(";", " ").split()
    is_whole = all(word.isascii() and word.isdecimal() for word in words)
    days = sorted({int(word[:6]) for word in words}) if is_whole else []
    is_right = bool(days) and days[0] >= 1 and days[-1] <= debt_ages.MOST_DAYS
    if not is_right or len(days) > _MOST_BOUNDS or len(days) != len(words):
        raise RuleRefused(
            f"Введите от одной до {_MOST_BOUNDS} разных границ в днях через запятую, не больше "
            f"{debt_ages.MOST_DAYS}, например 30, 90, 365."
        )
    return tuple(days)
