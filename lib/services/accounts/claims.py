"""A claim: which account a person means, before anything is proved."""

from dataclasses import dataclass, replace

from lib.errors import PortalError

LONGEST_NUMBER = 40


class ClaimRefused(PortalError):
    """A value is missing or too long; this does not count as an attempt."""


class AlreadyAttached(PortalError):
    """The login has the account already."""

    def __init__(self) -> None:
        super().__init__("Этот лицевой счёт уже присоединён: он на вашей главной странице.")


@dataclass(frozen=True, slots=True)
class Claim:
    """The claimed account: organisation, premise, and its number as typed."""

    organization_id: int
    premise_id: int
    number: str


def clean_claim(claim: Claim) -> Claim:
    """Return the claim with its number as billing writes it.

    Raises:
        ClaimRefused: the number is missing or cannot be one.
    """
    return replace(claim, number=clean_number(claim.number))


def clean_number(typed: str) -> str:
    """Return an account's number without spaces.

    Raises:
        ClaimRefused: it is empty, too long, or has characters that do not print.
    """
    number = "".join(typed.split())
    if not number or len(number) > LONGEST_NUMBER or not number.isprintable():
        raise ClaimRefused("Укажите номер лицевого счёта так, как он напечатан в квитанции.")
    return number
