"""The audit log: the filters of the address, the events as a table, the file."""

from markupsafe import Markup

from lib.access import AccessDenied
from lib.services.audit import log
from lib.services.audit.log import Event, EventPage, EventQuery
from lib.services.audit.trail import Action
from lib.services.people import sign_in
from lib.ui import query, tables

_HEADINGS = tables.list_word_headings(
    "Когда", "Действие", "Кто", "Лицевой счёт", "IP-адрес", "Подробности"
)


def get_filters() -> EventQuery:
    """Return the filters of the address."""
    return EventQuery(
        since=query.get_day("since"),
        until=query.get_day("until"),
        action=next((action for action in Action if action == query.get_text("action")), None),
        login=query.get_text("login"),
        account=query.get_text("account"),
        before=query.get_number("before"),
    )


def build_events(found: EventPage) -> Markup:
    """Return the events as a table, the latest first."""
    return tables.build_table(
        caption="Сначала новые",
        headings=_HEADINGS,
        rows=map(_format_event, found.events),
        kind="kb-audit",
    )


def _format_event(event: Event) -> tuple[str, ...]:
    return (
        f"{event.happened_at:%d.%m.%Y %H:%M:%S}",
        event.action,
        event.who,
        event.account,
        event.address,
        "; ".join(part for part in (event.details, event.organization) if part),
    )


def export_file(token: str | None, address: str, chosen: EventQuery) -> bytes:
    """Make the file at the click; the login may have been blocked since the last run.

    Raises:
        AccessDenied: the session has ended, or the permission is gone.
    """
    actor = sign_in.find_actor(token=token)
    if actor is None:
        raise AccessDenied
    return log.export_events(actor=actor, chosen=chosen, address=address)
