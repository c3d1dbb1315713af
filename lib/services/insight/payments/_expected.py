"""«Платежи»: what is still to come this month, and how far such a forecast is off."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lib.domain import formats, periods
from lib.domain.insight import figures, forecast, privacy
from lib.domain.insight.answers import (
    Chart,
    Column,
    Explanation,
    Line,
    Mark,
    Panel,
    Series,
    Table,
    Unit,
)
from lib.domain.insight.forecast import Forecast, MonthReceipts, Trial
from lib.services.insight.payments.received import Receipts

EXPECTED = Explanation(
    definition="Сколько денег придёт за этот месяц, если он пойдёт как двенадцать месяцев до него, "
    "и сколько ещё ждать. Границы – по месяцам, в которых к этому дню пришла самая большая и самая "
    "малая часть.",
    formula="пришло к этому дню ÷ средняя часть денег месяца, которая приходила к этому дню за 12 "
    "месяцев; ошибка = (ждали бы в этот день − пришло за весь месяц) ÷ пришло за весь месяц",
    moment="На сегодня, по дню оплаты, какие бы месяцы ни были выбраны.",
)
_TRIED = 24  # months back: twelve forecasts, each from the twelve months before it


@dataclass(frozen=True, slots=True)
class Expected:
    """The forecast of this month.

    Attributes:
        period: this month.
        day: the day that has come.
        received: what has come by then.
        forecast: None: nothing can be told.
        trials: how the same forecast did in the twelve months before.
    """

    period: dt.date
    day: int
    received: Decimal
    forecast: Forecast | None
    trials: Sequence[Trial]


def find_expected(receipts: Receipts) -> Expected | None:
    """Return the forecast of this month; None below the organisation, where few pay on a day."""
    if receipts.context.view.place.street is not None:
        return None
    today = receipts.context.today
    period = today.replace(day=1)
    months = [
        MonthReceipts(
            month,
            receipts.sum_month(month, until=today.day),
            receipts.sum_month(month),
        )
        for back in range(1, _TRIED + 1)
        for month in [periods.add_months(period, -back)]
    ]
    received = receipts.sum_month(period, until=today.day)
    return Expected(
        period=period,
        day=today.day,
        received=received,
        forecast=forecast.forecast_month(received, period, months),
        trials=forecast.try_forecast(period, months),
    )


def build_expected(receipts: Receipts, expected: Expected | None) -> Panel:
    """Answer what is still to come this month, and how far such a forecast is off."""
    lines = tuple(_make_line(receipts, trial) for trial in expected.trials) if expected else ()
    columns = (
        figures.value_column("Ждали бы, ₽", Unit.MONEY, 0),
        figures.value_column("Пришло, ₽", Unit.MONEY, 1),
        figures.change_column("Ошибка", 0, 1),
        figures.value_column("Не меньше, ₽", Unit.MONEY, 2),
        figures.value_column("Не больше, ₽", Unit.MONEY, 3),
        Column("В границах", Unit.TEXT, lambda values: _tell_inside(*values)),
    )
    return Panel(
        key="payments.expected",
        question="Сколько ещё придёт в этом месяце?",
        answer=_answer(expected),
        explanation=EXPECTED,
        chart=_draw(expected) if expected and lines else None,
        table=privacy.withhold_lines(Table("Месяц", columns, lines)) if lines else None,
    )


def _make_line(receipts: Receipts, trial: Trial) -> Line:
    guess = trial.forecast
    return Line(
        formats.format_month(trial.period),
        (guess.middle, trial.actual, guess.low, guess.high),
        receipts.count_payers(trial.period).get("", 0),
        order=trial.period,
    )


def _tell_inside(
    _: Decimal | None, actual: Decimal | None, low: Decimal | None, high: Decimal | None
) -> str:
    if actual is None or low is None or high is None:
        return formats.NO_DATA
    return "да" if low <= actual <= high else "нет"


def _answer(expected: Expected | None) -> str:
    if expected is None:
        return "Ожидание считается для организации и для города: для дома платежей в день мало."
    month = formats.format_period(expected.period)
    missed = _answer_trials(expected)
    if expected.forecast is None:
        reason = "мало месяцев для сравнения" if expected.received > 0 else "платежей ещё нет"
        return f"За {month} {reason}. {missed}".strip()
    guess = expected.forecast
    whole, low, high = figures.format_apart((guess.middle, guess.low, guess.high))
    left = figures.format_large(max(guess.middle - expected.received, Decimal(0)))
    return (
        f"За {month} к {expected.day}-му числу пришло {figures.format_large(expected.received)}, "
        f"ждём ещё {left}; всего выйдет {whole}, от {low} до {high}. {missed}"
    ).strip()


def _answer_trials(expected: Expected) -> str:
    missed = forecast.average_miss(expected.trials)
    if missed is None:
        return ""
    worst = max(expected.trials, key=lambda trial: abs(trial.miss))
    inside = sum(trial.is_inside for trial in expected.trials)
    months = formats.format_count(len(expected.trials), "месяц", "месяца", "месяцев")
    missed_most = figures.format_share(abs(worst.miss))
    return (
        f"Прогноз, сделанный {expected.day}-го числа, за {months} ошибался в среднем на "
        f"{figures.format_share(missed)}, сильнее всего – на {missed_most}; "
        f"в границы попал {inside} из {len(expected.trials)}."
    )


def _draw(expected: Expected) -> Chart:
    """Draw what came over what was expected, this month last."""
    guesses = [trial.forecast for trial in expected.trials]
    came = [trial.actual for trial in expected.trials]
    names = [formats.format_short_month(trial.period) for trial in expected.trials]
    if expected.forecast:
        guesses.append(expected.forecast)
        came.append(expected.received)
        names.append(formats.format_short_month(expected.period))
    series = (
        Series("пришло", tuple(came), Mark.BARS),
        Series("не меньше", tuple(guess.low for guess in guesses), Mark.BAND),
        Series("границы", tuple(guess.high for guess in guesses), Mark.BAND),
        Series("ждали", tuple(guess.middle for guess in guesses), Mark.DASHED),
    )
    return Chart(tuple(names), series, Unit.MONEY)
