"""Rules: checks of the frames of a package; each adds its findings."""

from lib.exchange.rules.lines import check_continuity, check_lines
from lib.exchange.rules.meters import check_accounts, check_meters
from lib.exchange.rules.organizations import check_requisites
from lib.exchange.rules.owners import check_owners
from lib.exchange.rules.payments import check_paid, check_payment_parts, check_payments
from lib.exchange.rules.penalties import check_penalties
from lib.exchange.rules.periods import check_periods
from lib.exchange.rules.readings import check_readings
from lib.exchange.rules.recalculations import check_recalculations
from lib.exchange.rules.references import check_references
from lib.exchange.rules.tariffs import check_tariffs

__all__ = [
    "check_accounts",
    "check_continuity",
    "check_lines",
    "check_meters",
    "check_owners",
    "check_paid",
    "check_payment_parts",
    "check_payments",
    "check_penalties",
    "check_periods",
    "check_readings",
    "check_recalculations",
    "check_references",
    "check_requisites",
    "check_tariffs",
]
