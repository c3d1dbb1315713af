"""Показания счётчиков as a resident drives them."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib import clock
from lib.access import Actor
from lib.services.people import sign_in
from lib.ui import session
from tests.kit.identity import asked, changed
from tests.kit.pages import MAIN, markup

SCREEN = "resident/meters.py"


@pytest.fixture
def clerk(db: object, signed_in: Callable[..., Actor]) -> Actor:
    return signed_in("staff")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, db: object) -> Callable[..., AppTest]:
    """Open the screen as somebody, in the window of the golden account's next month."""
    monkeypatch.setattr(clock, "today", lambda: dt.date(2014, 11, 20))

    def show(actor: Actor, screen: str = SCREEN) -> AppTest:
        monkeypatch.setattr(sign_in, "find_actor", lambda **_: actor)
        monkeypatch.setattr(session, "get_visit", lambda: "browser")
        page = AppTest.from_file(str(MAIN), default_timeout=120).run()
        page.switch_page(screen).run()
        assert not page.exception
        return page

    return show


def field(page: AppTest, name: str) -> Any:
    return next(one for one in page.text_input if name in one.label)


def press(page: AppTest, label: str = "Передать показания") -> AppTest:
    next(one for one in page.button if one.label == label).click().run()
    assert not page.exception
    return page


def kept() -> list[tuple[str, str]]:
    rows = asked("SELECT value, status FROM submitted_reading ORDER BY id")
    return [(f"{row.value:.3f}", row.status) for row in rows]


def test_the_screen_shows_every_meter_with_its_last_reading(
    opened: Callable[..., AppTest], resident: Actor
) -> None:
    page = opened(resident)

    shown = markup(page)
    assert "101,000 от 24.10.2014" in shown
    assert "ХВС № ХВ-100154, санузел" in shown
    assert len(page.text_input) == 6


def test_good_readings_are_taken_at_once(opened: Callable[..., AppTest], resident: Actor) -> None:
    page = opened(resident)

    field(page, "ХВ-100154").set_value("103,5")
    field(page, "ЭЛ-300154").set_value("4240.5")
    press(page)

    assert kept() == [("103.500", "accepted"), ("4240.500", "accepted")]
    assert "Принято показаний: 2." in page.success[0].value
    assert field(page, "ХВ-100154").value == ""


def test_what_is_wrong_stays_in_its_field_with_the_reason(
    opened: Callable[..., AppTest], resident: Actor
) -> None:
    page = opened(resident)

    field(page, "ХВ-100154").set_value("103,5")
    field(page, "ГВ-200154").set_value("абв")
    press(page)

    assert kept() == [("103.500", "accepted")]
    assert "Ещё не передано: 1" in page.success[0].value
    assert field(page, "ГВ-200154").value == "абв"
    assert "Введите цифры со счётчика" in markup(page)
    assert field(page, "ХВ-100154").value == ""


def test_a_doubtful_one_is_confirmed_and_waits_for_staff(
    opened: Callable[..., AppTest], clerk: Actor, resident: Actor
) -> None:
    page = opened(resident)
    field(page, "ХВ-100154").set_value("155")
    press(page)
    assert kept() == []
    assert "это очень много" in markup(page)
    assert "около 1" in markup(page)

    press(page)  # without the tick nothing changes
    assert kept() == []
    page.checkbox[0].check()
    field(page, "Комментарий").set_value("<img src=x onerror=alert(1)>")
    press(page)

    assert kept() == [("155.000", "doubtful")]
    assert "На проверке у сотрудника: 1" in page.success[0].value
    assert "на проверке" in markup(page)

    staff = opened(clerk, "staff/readings_review.py")
    assert "<img" not in markup(staff)
    assert "&lt;img src=x" in markup(staff)
    assert "очень большой расход" in markup(staff)
    field(staff, "Причина возврата").set_value("Пришлите <b>фото</b>")
    press(staff, "Вернуть жителю")
    assert "житель получит письмо" in staff.success[0].value
    assert "Сомнительных показаний нет" in staff.info[0].value

    again = opened(resident)
    assert "Пришлите &lt;b&gt;фото&lt;/b&gt;" in markup(again)


def test_staff_accept_with_one_click(
    opened: Callable[..., AppTest], clerk: Actor, resident: Actor
) -> None:
    page = opened(resident)
    field(page, "ХВ-100154").set_value("155")
    press(page)
    page.checkbox[0].check()
    press(page)

    press(opened(clerk, "staff/readings_review.py"), "Принять 155")

    assert kept() == [("155.000", "accepted")]


def test_a_look_before_sending_keeps_nothing(
    opened: Callable[..., AppTest], resident: Actor
) -> None:
    page = opened(resident)
    field(page, "ХВ-100154").set_value("103,5")

    press(page, "Проверить без отправки")

    assert kept() == []
    assert "Расход 2,5 м³, около 61,30 ₽ по сегодняшнему тарифу" in markup(page)
    assert field(page, "ХВ-100154").value == "103,5"


def test_swapped_water_is_told_before_sending(
    opened: Callable[..., AppTest], resident: Actor
) -> None:
    page = opened(resident)
    field(page, "ХВ-100154").set_value("58")
    field(page, "ГВ-200154").set_value("103")

    press(page)

    assert "перепутаны холодная и горячая вода" in markup(page)
    assert kept() == []


def test_an_empty_form_says_what_to_do(opened: Callable[..., AppTest], resident: Actor) -> None:
    page = press(opened(resident))

    assert "хотя бы одного счётчика" in page.error[0].value


def test_a_correction_stands_in_the_history(
    opened: Callable[..., AppTest], resident: Actor
) -> None:
    page = opened(resident)
    for value in ("104", "103,5"):
        field(page, "ХВ-100154").set_value(value)
        press(page)
    page.selectbox[0].select_index(1).run()

    shown = markup(page)
    assert kept() == [("104.000", "superseded"), ("103.500", "accepted")]
    assert "исправлено жителем" in shown
    assert "личный кабинет" in shown
    assert "<caption>Показания, м³</caption>" in shown
    assert page.get("plotly_chart")


def test_the_chart_shows_the_year_before_too(
    opened: Callable[..., AppTest], resident: Actor
) -> None:
    changed("INSERT INTO reading SELECT account_id, meter_id, taken_on - 365, zone, value - 5, "
            "(period - interval '1 year')::date, source, status FROM reading "
            "WHERE value IN (100, 101)")  # fmt: skip
    page = opened(resident)
    page.selectbox[0].select_index(1).run()

    chart: Any = page.get("plotly_chart")[0]
    before, now, dial = json.loads(chart.proto.spec)["data"]
    assert [before["name"], now["name"], dial["name"]] == [
        "расход годом раньше",
        "расход, ноя 2013 – окт 2014",
        "показание",
    ]
    assert (before["y"][-1], now["y"][-1]) == ("1.000000", "1.000000")
    assert now["marker"]["pattern"]["fillmode"] == "overlay"  # else it is white on white


def test_where_nothing_is_read_there_is_no_form(
    opened: Callable[..., AppTest], resident: Actor
) -> None:
    changed("UPDATE meter SET status = 'broken'")

    page = opened(resident)

    assert "числится неисправным" in markup(page)
    assert not page.text_input
    assert page.selectbox  # the history stays


def test_without_a_meter_the_screen_says_why(
    opened: Callable[..., AppTest], resident: Actor
) -> None:
    changed("UPDATE meter SET removed_on = '2010-01-01'")

    assert "не числится ни одного счётчика" in markup(opened(resident))


def test_a_meter_without_a_reading_begins_with_any(
    opened: Callable[..., AppTest], resident: Actor
) -> None:
    changed("DELETE FROM reading")

    page = opened(resident)
    assert "показаний ещё не было" in markup(page)
    field(page, "ХВ-100154").set_value("777")
    press(page)

    assert kept() == [("777.000", "accepted")]


def test_texts_of_billing_are_neither_markup_nor_markdown(
    opened: Callable[..., AppTest], resident: Actor
) -> None:
    evil = "<b>![x](http://e.example/x.png)</b>"
    changed(f"UPDATE meter SET serial = '{evil}', place = '{evil}'")

    page = opened(resident)

    assert evil not in markup(page)
    for one in page.text_input:
        assert not set(one.label) & set("<>[]!*`$")


@pytest.mark.parametrize("name", ["staff", "analyst", "admin"])
def test_others_have_no_such_screen(
    opened: Callable[..., AppTest], signed_in: Callable[..., Actor], name: str
) -> None:
    with pytest.raises(ValueError, match="meters"):
        opened(signed_in(name))
