"""Reasons why a payment of a register waits for a person."""

from collections.abc import Mapping
from enum import StrEnum


class Reason(StrEnum):
    """Why a payment is not posted automatically."""

    ACCOUNT_NOT_FOUND = "account_not_found"
    ACCOUNT_AMBIGUOUS = "account_ambiguous"
    ACCOUNT_CLOSED = "account_closed"
    BAD_SUM = "bad_sum"
    DATE_AHEAD = "date_ahead"
    NUMBER_TAKEN = "number_taken"
    PAYEE_UNKNOWN = "payee_unknown"
    PERIOD_CLOSED = "period_closed"
    PORTAL_UNSETTLED = "portal_unsettled"
    REFERENCE_TWICE = "reference_twice"
    SEVERAL_CANDIDATES = "several_candidates"


WORDS: Mapping[str, str] = {
    Reason.ACCOUNT_NOT_FOUND: "счёт с таким номером не найден",
    Reason.ACCOUNT_AMBIGUOUS: "счетов с таким номером несколько",
    Reason.ACCOUNT_CLOSED: "счёт был закрыт до дня платежа",
    Reason.BAD_SUM: "сумма не больше нуля: возврат или ошибка банка",
    Reason.DATE_AHEAD: "дата платежа ещё не наступила",
    Reason.NUMBER_TAKEN: "под этим номером операции уже есть другой платёж",
    Reason.PAYEE_UNKNOWN: "деньги пришли на счёт получателя, которого нет в начислениях",
    Reason.PERIOD_CLOSED: "месяц платежа давно закрыт: он мог уже войти в начисления",
    Reason.PORTAL_UNSETTLED: "в портале этот платёж не подтверждён или на другую сумму",
    Reason.REFERENCE_TWICE: "номер операции повторяется в реестре",
    Reason.SEVERAL_CANDIDATES: "похожих платежей в биллинге несколько: возможно, он уже учтён",
}
