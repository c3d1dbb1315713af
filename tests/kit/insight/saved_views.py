"""Shared by tests of saved views: save one, subscribe to it, read what was posted."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from db import session as database
from lib import links
from lib.access import Actor
from lib.domain.insight.occasions import Occasion
from lib.services.insight.saved import subscriptions, views
from lib.services.insight.saved.wishes import Wish

ADDRESS = "203.0.113.7"
WEEKLY = Wish(Occasion.WEEKLY)


def execute(statement: str, **values: object) -> None:
    with database.transaction(database.OWNER) as session:
        session.execute(text(statement), values)


def fetch(statement: str, **values: object) -> list[Any]:
    with database.transaction(database.OWNER) as session:
        return list(session.execute(text(statement), values))


def save(
    actor: Actor,
    name: str = "Собираемость",
    *,
    path: str = links.COLLECTION,
    query: Mapping[str, str] | None = None,
    is_shared: bool = False,
    request_key: str | None = None,
) -> int:
    return views.save_view(
        actor=actor,
        name=name,
        path=path,
        query=query or {},
        is_shared=is_shared,
        request_key=request_key or uuid4().hex,
        address=ADDRESS,
    )


def subscribe(actor: Actor, view_id: int, wish: Wish = WEEKLY) -> int:
    return subscriptions.subscribe(
        actor=actor, view_id=view_id, wish=wish, request_key=uuid4().hex, address=ADDRESS
    )


def make_due() -> None:
    """Let the calendar's occasions begin after the subscriptions were made."""
    execute("UPDATE insight_subscription SET since = now() - interval '40 days'")


def list_log() -> list[tuple[str, str, str]]:
    rows = fetch("SELECT occasion, outcome, reason FROM insight_delivery ORDER BY id")
    return [(row[0], row[1], row[2]) for row in rows]


def list_letters() -> list[tuple[str, str, str]]:
    rows = fetch("SELECT recipient, subject, body_text FROM letter ORDER BY id")
    return [(row[0], row[1], row[2]) for row in rows]
