"""Comparing the facts with the ledger: every sum of every month, to the kopeck."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from db import session as database
from db.queries.insight import changes
from db.queries.insight import sums as ledger_sums
from lib import clock, config
from lib.errors import PortalError
from lib.facts import store
from lib.facts import sums as fact_sums
from lib.facts.manifest import Check

# tables that must have the sums of another one
_SAME_AS: Mapping[str, str] = {
    "charges": "charges",
    "charges_by_house": "charges",
    "balances": "charges",
    "balances_by_house": "charges",
    "account_months": "charges",
    "house_months": "charges",
    "payments": "payments",
    "payments_by_house": "payments",
    "appeals": "appeals",
}
# columns that the other tables have, too
_IN_ALL = {"closing", "amount"}


class NothingToCheck(PortalError):
    """The facts were never written."""

    def __init__(self) -> None:
        super().__init__("Данных аналитики ещё нет: выполните команду «kabinet facts refresh».")


@dataclass(frozen=True, slots=True)
class Difference:
    """A sum that differs from the ledger's.

    Attributes:
        kind: the table.
        organization: key of the organisation.
        period: the month.
        name: the column.
        ledger: the ledger's sum.
        facts: the facts' sum.
    """

    kind: str
    organization: int
    period: dt.date
    name: str
    ledger: Decimal
    facts: Decimal


@dataclass(frozen=True, slots=True)
class Checked:
    """What was compared.

    Attributes:
        sums: how many sums.
        differences: those that differ.
    """

    sums: int
    differences: tuple[Difference, ...]


def check_facts() -> Checked:
    """Compare the current version with the ledger, and keep the result with the version.

    Raises:
        NothingToCheck: there are no facts.
        DatabaseAway, StorageAway: nothing was compared.
    """
    if store.find_manifest() is None:
        raise NothingToCheck
    with database.transaction(database.OPERATOR) as session:
        changes.wait_for_lock(session)
        manifest = store.find_manifest()
        if manifest is None:
            raise NothingToCheck
        found = {
            (row.kind, row.organization, row.period, row.name): row.amount
            for row in fact_sums.list_sums(manifest)
        }
        rows = ledger_sums.list_sums(session, zone=config.get_settings().kabinet_time_zone)
        checked = _compare(rows, found)
        check = Check(clock.now(), manifest.version, len(checked.differences))
        store.put_manifest(replace(manifest, check=check))
    return checked


def ensure_checked() -> None:
    """Compare the current version with the ledger unless it was compared before.

    Raises:
        NothingToCheck: there are no facts.
    """
    manifest = store.find_manifest()
    if manifest is None or not manifest.is_checked:
        check_facts()


def _compare(
    rows: Sequence[ledger_sums.SumRow],
    found: Mapping[tuple[str, int, dt.date, str], Decimal],
) -> Checked:
    expected = {(row.kind, row.organization, row.period, row.name): row.amount for row in rows}
    compared = {
        (kind, *key[1:])
        for key in expected
        for kind, of in _SAME_AS.items()
        if of == key[0] and (kind in {of, "charges_by_house"} or key[3] in _IN_ALL)
    } | set(found)
    differences = []
    for key in sorted(compared):
        ours = found.get(key, Decimal(0))
        theirs = expected.get((_SAME_AS[key[0]], *key[1:]), Decimal(0))
        if ours != theirs:
            differences.append(Difference(*key, theirs, ours))
    return Checked(len(compared), tuple(differences))
