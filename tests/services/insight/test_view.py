"""The whole view of an analyst lies in the address."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from lib.domain.insight.view import Compared, Place, View, read_view, write_view

LATEST = dt.date(2026, 10, 1)
MONTHS = st.dates(dt.date(2001, 1, 1), dt.date(2099, 12, 31)).map(lambda day: day.replace(day=1))
WORDS = st.one_of(st.none(), st.sampled_from(["Жилищные", "Вода & стоки", "a=b", "«Лифт»"]))


@st.composite
def views(draw: st.DrawFn) -> View:
    until = draw(MONTHS)
    since = dt.date(max(until.year - draw(st.integers(0, 9)), 2001), 1, 1)
    return View(
        since=min(since, until),
        until=until,
        compared=draw(st.sampled_from(Compared)),
        place=draw(
            st.sampled_from([Place(), Place(3), Place(3, "ул. Ивовая"), Place(3, "ул. Ивовая", 7)])
        ),
        group=draw(WORDS),
        service=draw(WORDS),
        channel=draw(WORDS),
        day=draw(st.one_of(st.none(), st.dates(dt.date(2001, 1, 1), dt.date(2099, 1, 1)))),
        sort=draw(st.sampled_from([None, 1, -2, 12])),
    )


@given(views())
def test_an_address_gives_the_same_view(view: View) -> None:
    assert read_view(write_view(view), latest=LATEST) == view


@given(
    st.dictionaries(
        st.sampled_from(["since", "until", "house", "sort", "day", "street"]), st.text(max_size=12)
    )
)
def test_any_address_gives_some_view(query: dict[str, str]) -> None:
    view = read_view(query, latest=LATEST)

    assert view.since <= view.until
    assert 1 <= view.months <= 120
    assert read_view(write_view(view), latest=LATEST) == view


def test_a_bare_address_is_the_last_year_and_moves_on() -> None:
    view = read_view({}, latest=LATEST)

    assert (view.since, view.until) == (dt.date(2025, 11, 1), LATEST)
    assert write_view(view) == {}
    assert read_view({}, latest=dt.date(2026, 11, 1)).until == dt.date(2026, 11, 1)


def test_the_year_before_has_the_same_months() -> None:
    view = read_view({"since": "2026-03", "until": "2026-05"}, latest=LATEST)

    assert view.span_before == (dt.date(2025, 3, 1), dt.date(2025, 5, 1))
    before = view.change(compared=Compared.BEFORE)
    assert before.span_before == (dt.date(2025, 12, 1), dt.date(2026, 2, 1))


def test_a_house_needs_its_street_and_a_street_its_organisation() -> None:
    assert read_view({"house": "7"}, latest=LATEST).place == Place()
    assert read_view({"organization": "3", "house": "7"}, latest=LATEST).place == Place(3)
