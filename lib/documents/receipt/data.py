"""What a receipt prints, as plain values that billing supplied and nobody recomputes here.

In every class `None` means "billing did not say" and prints «–»; it is never zero.
Money is in roubles with kopecks, positive where the resident owes.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One service of one month.

    Attributes:
        service: Name as the resident knows it.
        unit: Unit of the volume, «куб.м».
        method: How the volume was found: meter, average, norm, area, other.
        tariff: Roubles for one unit.
        volume_ind: Volume used in the premise.
        volume_common: Volume used for the common property of the house.
        opening: Balance at the beginning of the month.
        total: Charged for the month with everything counted in.
        closing: Balance at the end of the month.
    """

    service: str
    unit: str
    method: str | None = None
    tariff: Decimal | None = None
    volume_ind: Decimal | None = None
    volume_common: Decimal | None = None
    amount_ind: Decimal | None = None
    amount_common: Decimal | None = None
    opening: Decimal | None = None
    accrued: Decimal | None = None
    coefficient: Decimal | None = None
    coefficient_amount: Decimal | None = None
    recalculation: Decimal | None = None
    privilege: Decimal | None = None
    penalty: Decimal | None = None
    paid: Decimal | None = None
    total: Decimal | None = None
    closing: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ReceiptTotals:
    """The sums of a group's lines, added up by the caller."""

    amount_ind: Decimal | None = None
    amount_common: Decimal | None = None
    opening: Decimal | None = None
    accrued: Decimal | None = None
    coefficient_amount: Decimal | None = None
    recalculation: Decimal | None = None
    privilege: Decimal | None = None
    penalty: Decimal | None = None
    paid: Decimal | None = None
    total: Decimal | None = None
    closing: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ReceiptGroup:
    """The lines of one service group; a positive balance is a debt, a negative one an advance."""

    name: str
    recipient: str
    lines: tuple[ReceiptLine, ...]
    totals: ReceiptTotals
    balance: Decimal


@dataclass(frozen=True, slots=True)
class ReceiptCode:
    """One recipient's payment code with the requisites printed beside it.

    Attributes:
        purpose: Names of the groups that this payment covers.
        amount: Sum inside the code, roubles.
        payload: Bytes of ГОСТ Р 56042-2014, encoded already.
    """

    recipient: str
    purpose: str
    amount: Decimal
    inn: str | None
    bank_name: str
    bic: str
    account: str
    corr_account: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class ReceiptMeter:
    """One meter (or one zone of it) with its two latest readings, shown with `decimals` digits."""

    service: str
    serial: str
    place: str | None
    unit: str
    previous: Decimal | None
    previous_on: date | None
    current: Decimal | None
    current_on: date | None
    next_verification_on: date | None
    decimals: int


@dataclass(frozen=True, slots=True)
class ReceiptRecalculation:
    """One correction: a positive amount is an addition, a negative one a reduction."""

    service: str
    for_period: str | None
    reason: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ReceiptExecutor:
    """The organisation that answers for the services, and how to reach it."""

    name: str
    address: str | None = None
    phone: str | None = None
    ads_phone: str | None = None
    email: str | None = None
    work_hours: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """One account's payment document of one month.

    Attributes:
        period: Any day of the month that the document is for.
        due_on: Last day of paying without a penalty.
        payer: Name, masked already.
        area: Total area, square metres.
        heated_area: Heated area, square metres.
        ownership: A Russian word, «муниципальная».
        debt: Sum of the groups' positive balances; advances are never netted against it.
        account_code: The code that attaches the account, printed on the latest receipt.
        code_refusals: Sentences saying why a recipient has no code.
        made_on: Day on which the document is made.
    """

    number: str | None
    period: date
    due_on: date | None
    account_number: str
    els: str | None
    payer: str | None
    address: str
    area: Decimal | None
    heated_area: Decimal | None
    registered: int | None
    residents: int | None
    ownership: str | None
    executor: ReceiptExecutor
    groups: tuple[ReceiptGroup, ...]
    debt: Decimal
    made_on: date
    codes: tuple[ReceiptCode, ...] = ()
    code_refusals: tuple[str, ...] = ()
    meters: tuple[ReceiptMeter, ...] = ()
    recalculations: tuple[ReceiptRecalculation, ...] = ()
    last_payment_on: date | None = None
    last_payment_amount: Decimal | None = None
    notices: tuple[str, ...] = ()
    account_code: str | None = None
