"""The letters of subscriptions to saved views: looked for by the worker, posted once each."""

import datetime as dt

import structlog
from sqlalchemy.orm import Session

from db import session as database
from db.queries.insight import deliveries as queries
from db.queries.insight.deliveries import ActiveRow
from lib import clock
from lib.domain import formats
from lib.domain.insight import saved
from lib.errors import PortalError
from lib.mail import insight_letters, message, outbox
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.insight.saved import _looks
from lib.services.insight.saved._looks import Look
from lib.services.insight.saved.stored_pages import StoredPage

_LOG = structlog.get_logger("view letters")
_NO_ADDRESS = "Адрес электронной почты не годится для письма."
_FAILED = "Вид не удалось посчитать. Ошибка записана в журнал портала."


def post_due_letters() -> int:
    """Post the letters of all subscriptions whose occasion has come; return how many.

    Each subscription is a transaction of its own: one that fails does not stop the others. An
    occasion has one row in the log, so its letter is posted once, by whichever worker.
    """
    with database.transaction(database.OPERATOR) as session:
        rows = queries.list_active(session)
    return sum(_attend(row, clock.local(clock.now())) for row in rows)


def _attend(row: ActiveRow, now: dt.datetime) -> bool:
    """Look at a subscription and settle what was found; tell whether a letter was posted."""
    trouble = f"check {now:%Y-%m-%d}"
    try:
        look = _looks.look(row, now)
    except PortalError as failure:
        look = Look(_looks.name_trouble(row, trouble, now), str(failure), is_final=False)
    except Exception:  # noqa: BLE001 - a bug in one screen must not stop the other letters
        _LOG.exception("view letter failed", subscription=row.id)
        look = Look(_looks.name_trouble(row, trouble, now), _FAILED, is_final=False)
    return _settle(row, look) if look.occasion or look.seen else False


def _settle(row: ActiveRow, look: Look) -> bool:
    """Write what was found and post the letter; False if another worker did, or there is none."""
    has_letter = look.stored is not None and message.is_mailable(row.email)
    words = "" if has_letter else (_NO_ADDRESS if look.stored else look.words)
    with database.transaction(database.OPERATOR) as session:
        if not queries.lock_subscription(session, row):
            return False
        if look.seen:
            queries.remember_look(session, subscription_id=row.id, **look.seen)
        is_new = bool(look.occasion) and queries.record_delivery(
            session,
            subscription_id=row.id,
            login_id=row.login_id,
            occasion=look.occasion,
            happened_at=clock.now(),
            outcome="sent" if has_letter else ("not_sent" if look.is_final else "waiting"),
            reason=words,
        )
        if not is_new or look.stored is None or not has_letter:
            return False
        _post(session, row, look, look.stored)
    return True


def _post(session: Session, row: ActiveRow, look: Look, stored: StoredPage) -> None:
    letter = insight_letters.write_view(
        name=row.first_name,
        view=row.view,
        months=formats.format_months(stored.view.since, stored.view.until),
        why=look.words,
        page=stored.page,
        moment=formats.format_moment(clock.local(stored.manifest.moment)),
        address=saved.link_to_saved(row.path, row.query, view_id=row.view_id),
        pause_key=row.pause_key,
    )
    outbox.post_letter(session, recipient=row.email, letter=letter)
    trail.record_event(
        session,
        action=Action.VIEW_MAILED,
        login_id=row.login_id,
        username=row.username,
        organization_id=row.organization_id,
        screen=row.path,
        view_id=row.view_id,
        when=look.occasion,
    )
