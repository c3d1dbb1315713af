"""The job of online payments: the bank is asked whether a notice comes or not."""

from lib.jobs import periodic
from lib.services.payments import settlement


@periodic("* * * * *", "ask_about_payments")
def ask_about_payments() -> None:
    """Ask the bank about payments that wait, every minute."""
    settlement.ask_about_waiting()
