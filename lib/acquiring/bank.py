"""The interface of a bank that takes payments by card and by СБП.

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
    """The bank gave no usable answer: whether it carried out the request is not known."""

    def __init__(self) -> None:
        super().__init__(
            "Банк сейчас не отвечает. Деньги не списаны дважды и не потеряны: "
            "подождите минуту и повторите."
        )


class BankRefused(PortalError):
    """The bank answered that it refuses the request."""

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
        payment_id: our key; the bank recognises a repeated request by it.
        amount: what the payer pays, the fee included.
        description: a line for the bank's page, without names and addresses.
        return_url: where the payer comes back to.
        notice_url: where the bank sends its notices, if it takes the address with each payment.
        method: how it is paid.
        items: what the sum is made of.
        email: where the fiscal receipt goes; None if this payment sends no data for one.
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
    """A bank. A request may be repeated with the same key: the bank carries it out once."""

    @property
    def name(self) -> str:
        """Return the name of the bank that is stored with its payments."""

    def create_payment(self, order: Order) -> BankReport:
        """Create a payment, or return the one created for this order before.

        Raises:
            BankUnavailable: whether it has been created is not known.
            BankRefused: it has not been created and will not be.
        """

    def find_payment(self, bank_id: str) -> BankReport | None:
        """Return the bank's report on a payment; None if it has no payment with this id.

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
        """Return the bank's id of the payment that a notice is about; None if it is no notice.

        The sender is not trusted: a notice is only a reason to ask the bank.
        """
