"""Which account somebody means: what they choose and type, before anything is proved."""

from dataclasses import dataclass, replace

from lib.errors import PortalError

LONGEST_NUMBER = 40


class ClaimRefused(PortalError):
    """Something was left out or is too long: nothing has been tried."""


class AlreadyAttached(PortalError):
    """The login sees the account as it is."""

    def __init__(self) -> None:
        super().__init__("Этот лицевой счёт уже присоединён: он на вашей главной странице.")


@dataclass(frozen=True, slots=True)
class Claim:
    """Which account is meant: organisation, premise, and its number as typed."""

    organization_id: int
    premise_id: int
    number: str


def clean_claim(claim: Claim) -> Claim:
    """Return the claim with its number as billing writes it.

    Raises:
        ClaimRefused: there is no number, or it is none.
    """
    return replace(claim, number=clean_number(claim.number))


def clean_number(typed: str) -> str:
    """Return an account's number without the spaces that people put into it.

    Raises:
        ClaimRefused: it is empty, too long, or holds what no number holds.
    """
    number = "".join(typed.split())
    if not number or len(number) > LONGEST_NUMBER or not number.isprintable():
        raise ClaimRefused("Укажите номер лицевого счёта так, как он напечатан в квитанции.")
    return number
