"""Statements: an account's movement of money and payments over closed months, as a file."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum

from db import session as database
from lib import clock
from lib.access import AccessDenied, Actor, Permission
from lib.documents.statement import csv_file, pdf_file, xlsx_file
from lib.documents.statement.data import Statement
from lib.domain.payments import movement
from lib.errors import PortalError
from lib.services.billing import account_cards
from lib.services.billing.account_cards import AccountCard
from lib.services.payments import history


class StatementKind(StrEnum):
    """The format of a statement; the figures are the same in each."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"


_WRITERS: Mapping[StatementKind, Callable[[Statement], bytes]] = {
    StatementKind.PDF: pdf_file.render,
    StatementKind.XLSX: xlsx_file.render,
    StatementKind.CSV: csv_file.render,
}


class StatementNotFound(PortalError):
    """The period has months that are not closed months of the account."""

    def __init__(self) -> None:
        super().__init__(
            "Выписка составляется за закрытые месяцы вашего лицевого счёта, "
            "а в выбранном периоде есть другие."
        )


def render_statement(
    *, actor: Actor, account_id: int, since: dt.date, until: dt.date, kind: StatementKind
) -> bytes:
    """Return the statement of an account from one month to another, both included.

    Raises:
        AccessDenied: no permission, or not the actor's account.
        StatementNotFound: not all months are closed months of the account.
    """
    actor.demand(Permission.PAYMENTS_READ)
    actor.demand_account(account_id)
    viewer = replace(actor.viewer, accounts=(account_id,))
    with database.transaction(viewer) as session:
        card = next(iter(account_cards.load_accounts(session, viewer=viewer)), None)
        if card is None:
            raise AccessDenied
        if not is_statement_available(card, since=since, until=until):
            raise StatementNotFound
        groups = history.load_movements(
            session, viewer=viewer, account_id=account_id, since=since, until=until
        )
        payments = history.load_payments(
            session, viewer=viewer, account_id=account_id, since=since, until=until
        )
    return _WRITERS[kind](
        Statement(
            account_number=card.number,
            els=card.els,
            payer=card.payer,
            address=f"{card.city}, {card.address}",
            organization=card.organization,
            since=since,
            until=until,
            groups=groups,
            payments=payments,
            debt=movement.calculate_debt(groups, period=until),
            made_on=clock.today(),
        )
    )


def is_statement_available(card: AccountCard, *, since: dt.date, until: dt.date) -> bool:
    """Tell whether both ends are closed months of the account, and none between them is open."""
    within = {
        billed.period: billed.is_closed
        for billed in card.periods
        if since <= billed.period <= until
    }
    return {since, until} <= within.keys() and all(within.values())
