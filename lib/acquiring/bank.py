"""What the portal asks of a bank that takes payments by card and by СБП.

Card data never touches the portal: the payer types it on the bank's own page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from lib.domain.payments.online import BankReport
from lib.errors import PortalError


class Method(StrEnum):
    """How people pay online."""

    CARD = "card"
    SBP = "sbp"


class BankUnavailable(PortalError):
    """The bank did not answer, or not in words: what it has done is not known."""

    def __init__(self) -> None:
        super().__init__(
            "Банк сейчас не отвечает. Деньги не списаны дважды и не потеряны: "
            "подождите минуту и повторите."
        )


class BankRefused(PortalError):
    """The bank answered that it will not do what was asked for."""

    def __init__(self) -> None:
        super().__init__(
            "Банк не принял этот платёж. Проверьте сумму или оплатите по QR-коду в приложении "
            "своего банка."
        )


@dataclass(frozen=True, slots=True)
class ReceiptItem:
    """One line of the fiscal receipt: what is paid for, and how much."""

    name: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Order:
    """A payment to be made.

    Attributes:
        payment_id: our key of it, and the key by which the bank knows a repeated request.
        amount: what the payer pays, the fee included.
        description: a line for the bank's page, without names and addresses.
        return_url: where the payer comes back to.
        notice_url: where a bank that is told so with each payment sends its notices.
        method: how it is paid.
        items: what the sum is made of.
        email: where the fiscal receipt goes; None where none is made here.
    """

    payment_id: UUID
    amount: Decimal
    description: str
    return_url: str
    notice_url: str
    method: Method
    items: Sequence[ReceiptItem]
    email: str | None = None


class Bank(Protocol):
    """One bank. Every request may be repeated with its key: it is carried out once."""

    @property
    def name(self) -> str:
        """Return the name under which payments remember their bank."""

    def create_payment(self, order: Order) -> BankReport:
        """Make a payment, or return the one that this order has made before.

        Raises:
            BankUnavailable: whether it has been made is not known.
            BankRefused: it has not been made and will not be.
        """

    def find_payment(self, bank_id: str) -> BankReport | None:
        """Return what the bank says of a payment; None where it knows none of that name.

        Raises:
            BankUnavailable: it did not answer.
        """

    def refund_payment(self, bank_id: str, *, amount: Decimal, key: UUID) -> None:
        """Give back a part of a payment, or all of it; once for each key.

        Raises:
            BankUnavailable: whether it has been given back is not known.
            BankRefused: it has not been given back and will not be.
        """

    def parse_notice(self, body: bytes) -> str | None:
        """Return which payment a notice is about; None where it is no notice.

        Whoever sent it is not trusted: it is a reason to ask the bank, and nothing else.
        """
