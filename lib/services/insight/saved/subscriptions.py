"""Subscriptions to saved views by e-mail: made, paused, resumed, deleted, and their log."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from db import session as database
from db.queries.insight import subscriptions as queries
from db.queries.insight import views as view_queries
from db.queries.insight.subscriptions import DeliveryRow, SubscriptionRow
from lib import clock
from lib.access import Actor, Permission
from lib.domain.insight import occasions
from lib.domain.insight.answers import Unit
from lib.domain.insight.cells import format_alone
from lib.domain.insight.occasions import Figure, Occasion
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.insight.saved import stored_pages, views, wishes
from lib.services.insight.saved.wishes import SubscriptionRefused, Wish

MOST_SUBSCRIPTIONS = 50
_MOST_DELIVERIES = 50


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription of the actor.

    Attributes:
        subscription_id: its key.
        view_id: the view.
        view: its name; empty if its owner does not share it any more.
        occasion: when letters are sent.
        figure: name of the watched figure; empty without a bound.
        is_above: whether the letter is sent above the bound.
        bound: the bound with its unit; empty without one.
        is_paused: whether no letters are sent for now.
        log: what became of the latest occasions.
    """

    subscription_id: int
    view_id: int
    view: str
    occasion: Occasion
    figure: str
    is_above: bool
    bound: str
    is_paused: bool
    log: tuple[DeliveryRow, ...]


def list_figures(*, actor: Actor, view_id: int) -> Sequence[Figure]:
    """Return the figures of a view that can be watched, with their values now.

    Raises:
        AccessDenied: no permission, or no such view.
        FactsMissing, FactsBroken, FactsAway: there is nothing to read.
    """
    actor.demand(Permission.INSIGHT_READ)
    view = views.get_view(actor=actor, view_id=view_id)
    if not view.is_mailed:
        return ()
    stored = stored_pages.build_page(actor=actor, path=view.path, query=view.query)
    return occasions.list_figures(stored.page)


def subscribe(*, actor: Actor, view_id: int, wish: Wish, request_key: str, address: str) -> int:
    """Subscribe the actor to a view and return the key of the subscription.

    What is so already is not told: a month closed before, a figure beyond the bound now.
    Repeating the call with the same ``request_key`` returns the first subscription.

    Raises:
        AccessDenied: no permission, or no such view.
        SubscriptionRefused: the screen is not sent by e-mail, no such figure, or too many.
        BoundRefused: the bound is not a number.
        FactsMissing, FactsBroken, FactsAway: there is nothing to read.
    """
    actor.demand(Permission.INSIGHT_READ)
    view = views.get_view(actor=actor, view_id=view_id)
    if not view.is_mailed:
        raise SubscriptionRefused("Свободный запрос по почте не присылается.")
    stored = stored_pages.build_page(actor=actor, path=view.path, query=view.query)
    bound = wishes.read_bound(wish, occasions.list_figures(stored.page))
    now = clock.now()
    with database.transaction(actor.viewer) as session:
        view_queries.lock_views(session, login_id=actor.login_id)
        known = queries.find_by_request(session, login_id=actor.login_id, request_key=request_key)
        if known is not None:
            return known
        if queries.count_subscriptions(session, login_id=actor.login_id) >= MOST_SUBSCRIPTIONS:
            raise SubscriptionRefused(
                f"Подписок уже {MOST_SUBSCRIPTIONS}, больше нельзя. Удалите ненужные."
            )
        subscription_id = queries.add_subscription(
            session,
            login_id=actor.login_id,
            view_id=view_id,
            occasion=wish.occasion.value,
            created_at=now,
            since=now,
            known_month=stored.latest,
            pause_key=uuid4().hex,
            request_key=request_key,
            **bound,
        )
        trail.record_event(
            session,
            action=Action.VIEW_SUBSCRIBED,
            actor=actor,
            address=address,
            view_id=view_id,
            name=view.name,
            when=wish.occasion.value,
        )
    return subscription_id


def list_subscriptions(*, actor: Actor) -> list[Subscription]:
    """Return the actor's subscriptions, each with its log.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.INSIGHT_READ)
    with database.transaction(actor.viewer) as session:
        rows = queries.list_subscriptions(session, login_id=actor.login_id)
        log = queries.list_deliveries(session, login_id=actor.login_id, limit=_MOST_DELIVERIES)
    return [_make_subscription(row, log) for row in rows]


def _make_subscription(row: SubscriptionRow, log: Sequence[DeliveryRow]) -> Subscription:
    own = (line for line in log if line.subscription_id == row.id)
    return Subscription(
        subscription_id=row.id,
        view_id=row.view_id,
        view=row.view or "",
        occasion=Occasion(row.occasion),
        figure=row.figure_name or "",
        is_above=bool(row.is_above),
        bound=format_alone(row.bound, Unit(row.figure_unit), name="") if row.figure_unit else "",
        is_paused=row.paused_at is not None,
        log=tuple(line._replace(happened_at=clock.local(line.happened_at)) for line in own),
    )


def pause_subscription(*, actor: Actor, subscription_id: int) -> None:
    """Send no letters of a subscription until it is resumed; a second call does nothing.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.INSIGHT_READ)
    with database.transaction(actor.viewer) as session:
        queries.pause_subscription(
            session, login_id=actor.login_id, subscription_id=subscription_id, now=clock.now()
        )


def pause_by_link(*, actor: Actor, pause_key: str) -> bool:
    """Pause the subscription whose letter has this link; False if it is paused or not there.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.INSIGHT_READ)
    with database.transaction(actor.viewer) as session:
        found = queries.find_by_pause_key(session, login_id=actor.login_id, pause_key=pause_key)
        return found is not None and queries.pause_subscription(
            session, login_id=actor.login_id, subscription_id=found, now=clock.now()
        )


def resume_subscription(*, actor: Actor, subscription_id: int) -> None:
    """Send letters again; what happened in the pause is not told.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.INSIGHT_READ)
    with database.transaction(actor.viewer) as session:
        queries.resume_subscription(
            session, login_id=actor.login_id, subscription_id=subscription_id, now=clock.now()
        )


def delete_subscription(*, actor: Actor, subscription_id: int, address: str) -> None:
    """Delete a subscription with its log; a second call does nothing.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.INSIGHT_READ)
    with database.transaction(actor.viewer) as session:
        is_deleted = queries.delete_subscription(
            session, login_id=actor.login_id, subscription_id=subscription_id
        )
        if is_deleted:
            trail.record_event(
                session, action=Action.VIEW_UNSUBSCRIBED, actor=actor, address=address
            )
