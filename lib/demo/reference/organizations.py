"""Organizations: the three senders, whom they bill for, and invented requisites."""

from dataclasses import dataclass

import polars as pl

from lib.demo.reference.oddities import CENTR, UYUT, ZARYA
from lib.domain import requisites

_BIC = "047599999"  # no bank has it
_CORR = "30101810300000000999"


@dataclass(frozen=True, slots=True)
class Organization:
    """An organisation as a sender describes it; its requisites follow from ``number``."""

    code: str
    name: str
    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class Sender:
    """A billing programme that sends packages.

    Attributes:
        code: its code in the manifest.
        own: the sender's own organisation.
        managers: who manages its houses, in turn.
        suppliers: the other organisations that it collects for.
        prefix: how its account numbers begin.
        share: of all accounts, in percent.
        penalties_apart: whether penalties come in their own file, not in the lines.
    """

    code: str
    own: Organization
    managers: tuple[Organization, ...]
    suppliers: tuple[Organization, ...]
    prefix: str
    share: int
    penalties_apart: bool = False


_SUPPLIERS = (
    Organization("rso", "МУП «Пример-Ресурс»", "rso", 102),
    Organization("energo", "АО «Пример-Энергосбыт»", "rso", 103),
    Organization("fkr", "Фонд капитального ремонта «Пример»", "fkr", 104),
)
_UYUT = Organization(UYUT, "ООО «УК «Уютный дом»", "uk", 101)
_ZARYA = Organization(ZARYA, "ООО «УК «Заря над рекой»", "uk", 105)
_CENTR = Organization(CENTR, "МУП «Расчётный центр Примерска»", "rc", 106)
_TSG = Organization("tsg", "ТСЖ «Рябиновый двор»", "tsg", 107)
_TIHO = Organization("tiho", "ООО «УК «Тихий двор»", "uk", 108)

SENDERS = (
    Sender(UYUT, _UYUT, (_UYUT,), _SUPPLIERS, "70", 35),
    # the zeros in front are part of the number
    Sender(ZARYA, _ZARYA, (_ZARYA,), _SUPPLIERS, "0071", 25, penalties_apart=True),
    Sender(CENTR, _CENTR, (_TSG, _TIHO), (_TSG, _TIHO, *_SUPPLIERS), "72", 40),
)


def make_rows(sender: Sender) -> pl.DataFrame:
    """Return the rows of organizations.csv."""
    return pl.DataFrame([_row(organization) for organization in (sender.own, *sender.suppliers)])


def _row(organization: Organization) -> dict[str, object]:
    return {
        "organization_id": organization.code,
        "name": organization.name,
        "kind": organization.kind,
        "inn": _inn(organization.number),
        "address": f"г. Магнитогорск, ул. Примерная, {organization.number - 81}",
        "phone": f"+7 3519 00-01-{organization.number - 81}",
        "ads_phone": f"+7 3519 00-02-{organization.number - 81}",
        "email": f"{organization.code}@example.org",
        "work_hours": "пн–пт 8:00–17:00",
        "bank_name": "АО «БАНК ДЛЯ ПРИМЕРОВ»",
        "bic": _BIC,
        "account": _settlement_account(organization.number),
        "corr_account": _CORR,
        "qr_encoding": 2,
    }


def _settlement_account(number: int) -> str:
    """Return a fictional account with a valid check digit; its bank does not exist."""
    drafts = (f"40702810{key}{number:011}" for key in range(10))
    return next(draft for draft in drafts if requisites.is_account_key_valid(_BIC, draft))


def _inn(number: int) -> str:
    drafts = (f"74000{number:04}{digit}" for digit in range(10))
    return next(draft for draft in drafts if requisites.is_inn_valid(draft))
