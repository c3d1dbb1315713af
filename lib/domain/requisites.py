"""Checks of the bank and tax details of a payee; malformed input is not valid.

Shapes: DOMAIN §1.2. Account keys: DOMAIN §1.9. INN, KPP and OGRN: DOMAIN §1.10.
Every function returns True or False and accepts any text.
"""

import re
from collections.abc import Sequence

_KEY_WEIGHTS = (7, 1, 3)
_CLEARING_LETTERS = "ABCEHKMPTX"
_BIC = re.compile(r"0[014][0-9]{7}")
_ACCOUNT = re.compile(rf"[0-9]{{5}}[0-9{_CLEARING_LETTERS}][0-9]{{14}}")
_CORR_ACCOUNT = re.compile(r"[0-9]{20}")
_KPP = re.compile(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}")
# no region and no register entry has a number that starts with these; without this check a row
# of zeros would pass, because its checksum is zero, too
_INN = re.compile(r"(?!00)(?:[0-9]{10}|[0-9]{12})")
_INN_CHECKED = {10: (9,), 12: (10, 11)}
"""Places of the control digits, counted from zero, by the length of the number."""
_OGRN = re.compile(r"(?!0)(?:[0-9]{13}|[0-9]{15})")
_INN_WEIGHTS = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
"""Weights of the digits before the checked one, aligned to the right."""


def is_bic_valid(bic: str) -> bool:
    """Tell whether a bank id code has nine digits and begins with 04, 01 or 00."""
    return _BIC.fullmatch(bic) is not None


def is_account_well_formed(bic: str, account: str) -> bool:
    """Tell whether a settlement account has the right format; its key digit is not checked.

    Only treasury accounts start with a zero, so a zero needs the BIC of a treasury.
    """
    if _ACCOUNT.fullmatch(account) is None:
        return False
    return not account.startswith("0") or _is_treasury(bic)


def is_account_key_valid(bic: str, account: str) -> bool:
    """Tell whether the key digit of a settlement account fits the bank.

    Treasury accounts have no key digit, so only their format is checked.
    """
    if not is_bic_valid(bic) or not is_account_well_formed(bic, account):
        return False
    return _is_treasury(bic) or _is_key_valid(bic[-3:] + account)


def is_corr_account_key_valid(bic: str, corr_account: str) -> bool:
    """Tell whether the key digit of a correspondent account fits the bank.

    A bank may have no correspondent account: call this only for one of twenty digits.
    """
    if not is_bic_valid(bic) or _CORR_ACCOUNT.fullmatch(corr_account) is None:
        return False
    return _is_treasury(bic) or _is_key_valid("0" + bic[4:6] + corr_account)


def is_inn_valid(inn: str) -> bool:
    """Tell whether a taxpayer number of 10 or 12 digits has the right control digits."""
    if _INN.fullmatch(inn) is None:
        return False
    return all(_inn_digit(inn[:place]) == int(inn[place]) for place in _INN_CHECKED[len(inn)])


def is_kpp_valid(kpp: str) -> bool:
    """Tell whether a tax registration reason code has the right format."""
    return _KPP.fullmatch(kpp) is not None


def is_ogrn_valid(ogrn: str) -> bool:
    """Tell whether a state registration number of 13 or 15 digits has the right last digit."""
    if _OGRN.fullmatch(ogrn) is None:
        return False
    divisor = len(ogrn) - 2  # 11 for an organisation, 13 for an entrepreneur
    return int(ogrn[:-1]) % divisor % 10 == int(ogrn[-1])


def _is_treasury(bic: str) -> bool:
    return bic.startswith("01")


def _is_key_valid(digits: str) -> bool:
    return sum(_weighted(digits)) % 10 == 0


def _weighted(digits: str) -> Sequence[int]:
    return [
        _value(digit) * _KEY_WEIGHTS[place % len(_KEY_WEIGHTS)] % 10
        for place, digit in enumerate(digits)
    ]


def _value(digit: str) -> int:
    return _CLEARING_LETTERS.index(digit) if digit in _CLEARING_LETTERS else int(digit)


def _inn_digit(before: str) -> int:
    weights = _INN_WEIGHTS[-len(before) :]
    return sum(int(digit) * weight for digit, weight in zip(before, weights, strict=True)) % 11 % 10
