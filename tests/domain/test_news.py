"""News: typed times, refusals, phones and prices."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from lib.domain import formats, news, phones
from lib.domain.billing import price_history
from lib.domain.billing.price_history import Price
from lib.domain.news import Audience, Draft, Kind, NewsRefused, State

NOW = dt.datetime(2026, 10, 25, 9, tzinfo=dt.UTC)
DRAFT = Draft(Kind.NEWS, "Заголовок", "Текст", Audience.ORGANIZATION)


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("25.10.2026 14:05", "2026-10-25T14:05"),
        (" 25.10.2026, 9:05 ", "2026-10-25T09:05"),
        ("25.10.2026 в 9.05", "2026-10-25T09:05"),
        ("2026-10-25 00:00", "2026-10-25T00:00"),
        ("25/10/2026  23:59", "2026-10-25T23:59"),
    ],
)
def test_times_are_read_as_people_type_them(typed: str, moment: str) -> None:
    assert news.parse_moment(typed, dt.UTC) == dt.datetime.fromisoformat(moment).replace(
        tzinfo=dt.UTC
    )


@pytest.mark.parametrize(
    "typed", ["", "завтра", "25.10.2026", "14:05", "25.10.2026 24:00", "9" * 999]
)
def test_other_times_are_refused_with_an_example(typed: str) -> None:
    with pytest.raises(NewsRefused, match=r"25\.10\.2026 14:05"):
        news.parse_moment(typed, dt.UTC)


def test_a_state_follows_from_its_times() -> None:
    hour = dt.timedelta(hours=1)

    assert news.get_state(published_at=NOW, withdrawn_at=None, now=NOW) is State.SHOWN
    assert news.get_state(published_at=NOW + hour, withdrawn_at=None, now=NOW) is State.SCHEDULED
    assert news.get_state(published_at=NOW, withdrawn_at=NOW, now=NOW) is State.WITHDRAWN


def test_a_valid_draft_is_not_refused() -> None:
    news.check_draft(DRAFT)
    news.check_draft(replace(DRAFT, audience=Audience.HOUSES, houses=(1,)))


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("+7 3519 00-00-05", (("+7 3519 00-00-05", "tel:+73519000005"),)),
        ("8 (3519) 00-00-01, 04", (("8 (3519) 00-00-01", "tel:+73519000001"), ("04", "tel:04"))),
        ("00-00-01 доб. 12", (("00-00-01 доб. 12", "tel:000001"),)),
        ("круглосуточно", (("круглосуточно", ""),)),
        ("", ()),
        ('1"><script>', (('1"><script>', ""),)),
    ],
)
def test_phones_become_dialable_numbers(written: str, found: tuple[tuple[str, str], ...]) -> None:
    assert phones.list_phones(written) == found


def price(since: dt.date, until: dt.date | None, amount: str, house: int | None = None) -> Price:
    return Price("ХВС", "куб.м", house, since, until, Decimal(amount))


def test_prices_show_the_current_and_the_next_one() -> None:
    today = dt.date(2026, 10, 25)
    steps = [
        price(dt.date(2027, 7, 1), None, "40"),
        price(dt.date(2027, 1, 1), dt.date(2027, 6, 30), "35"),
        price(dt.date(2026, 1, 1), dt.date(2026, 12, 31), "30"),
        price(dt.date(2014, 7, 1), None, "24.52"),
        price(dt.date(2026, 1, 1), dt.date(2026, 9, 30), "31", house=7),
    ]

    common, own_line = price_history.make_price_lines(steps, today=today)

    assert common.now is not None
    assert common.later is not None
    assert (common.now.amount, common.later.amount) == (Decimal(30), Decimal(35))
    assert (own_line.house_id, own_line.now, own_line.later) == (7, None, None)


def test_spans_are_written_in_ordinary_russian() -> None:
    begins = NOW.replace(hour=9)

    assert (
        formats.format_span(begins, begins.replace(hour=17)) == "25 октября 2026 года, 9:00–17:00"
    )
    assert formats.format_span(begins, begins + dt.timedelta(days=1)) == (
        "25 октября 2026 года, 9:00 – 26 октября 2026 года, 9:00"
    )
