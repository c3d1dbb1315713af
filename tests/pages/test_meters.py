"""The screen «Показания счётчиков»."""

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
from tests.kit.identity import execute, fetch
from tests.kit.pages import MAIN, markup

SCREEN = "resident/meters.py"


@pytest.fixture
def clerk(db: object, signed_in: Callable[..., Actor]) -> Actor:
    return signed_in("staff")


@pytest.fixture
def open_screen(monkeypatch: pytest.MonkeyPatch, db: object) -> Callable[..., AppTest]:
    """Open the screen as an actor, on a day on which readings of the next month are taken."""
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
    return next(field for field in page.text_input if name in field.label)


def press(page: AppTest, label: str = "Передать показания") -> AppTest:
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception
    return page


def stored_readings() -> list[tuple[str, str]]:
    rows = fetch("SELECT value, status FROM submitted_reading ORDER BY id")
    return [(f"{row.value:.3f}", row.status) for row in rows]


def test_the_screen_shows_every_meter_with_its_last_reading(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    page = open_screen(resident)

    html = markup(page)
    assert "101,000 от 24.10.2014" in html
    assert "ХВС № ХВ-100154, санузел" in html
    assert len(page.text_input) == 6


def test_good_readings_are_taken_at_once(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    page = open_screen(resident)

    field(page, "ХВ-100154").set_value("103,5")
    field(page, "ЭЛ-300154").set_value("4240.5")
    press(page)

    assert stored_readings() == [("103.500", "accepted"), ("4240.500", "accepted")]
    assert "Принято показаний: 2." in page.success[0].value
    assert field(page, "ХВ-100154").value == ""


def test_a_wrong_value_stays_in_its_field_with_the_reason(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    page = open_screen(resident)

    field(page, "ХВ-100154").set_value("103,5")
    field(page, "ГВ-200154").set_value("абв")
    press(page)

    assert stored_readings() == [("103.500", "accepted")]
    assert "Ещё не передано: 1" in page.success[0].value
    assert field(page, "ГВ-200154").value == "абв"
    assert "Введите цифры со счётчика" in markup(page)
    assert field(page, "ХВ-100154").value == ""


def test_a_doubtful_reading_is_confirmed_and_waits_for_staff(
    open_screen: Callable[..., AppTest], clerk: Actor, resident: Actor
) -> None:
    page = open_screen(resident)
    field(page, "ХВ-100154").set_value("155")
    press(page)
    assert stored_readings() == []
    assert "это очень много" in markup(page)
    assert "около 1" in markup(page)

    press(page)  # without the checkbox nothing changes
    assert stored_readings() == []
    page.checkbox[0].check()
    field(page, "Комментарий").set_value("<img src=x onerror=alert(1)>")
    press(page)

    assert stored_readings() == [("155.000", "doubtful")]
    assert "На проверке у сотрудника: 1" in page.success[0].value
    assert "на проверке" in markup(page)

    staff = open_screen(clerk, "staff/readings_review.py")
    assert "<img" not in markup(staff)
    assert "&lt;img src=x" in markup(staff)
    assert "очень большой расход" in markup(staff)
    field(staff, "Причина возврата").set_value("Пришлите <b>фото</b>")
    press(staff, "Вернуть жителю")
    assert "житель получит письмо" in staff.success[0].value
    assert "Сомнительных показаний нет" in staff.info[0].value

    again = open_screen(resident)
    assert "Пришлите &lt;b&gt;фото&lt;/b&gt;" in markup(again)


def test_staff_accept_with_one_click(
    open_screen: Callable[..., AppTest], clerk: Actor, resident: Actor
) -> None:
    page = open_screen(resident)
    field(page, "ХВ-100154").set_value("155")
    press(page)
    page.checkbox[0].check()
    press(page)

    press(open_screen(clerk, "staff/readings_review.py"), "Принять 155")

    assert stored_readings() == [("155.000", "accepted")]


def test_a_check_before_sending_stores_nothing(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    page = open_screen(resident)
    field(page, "ХВ-100154").set_value("103,5")

    press(page, "Проверить без отправки")

    assert stored_readings() == []
    assert "Расход 2,5 м³, около 61,30 ₽ по сегодняшнему тарифу" in markup(page)
    assert field(page, "ХВ-100154").value == "103,5"


def test_swapped_water_readings_are_reported_before_sending(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    page = open_screen(resident)
    field(page, "ХВ-100154").set_value("58")
    field(page, "ГВ-200154").set_value("103")

    press(page)

    assert "перепутаны холодная и горячая вода" in markup(page)
    assert stored_readings() == []


def test_an_empty_form_says_what_to_do(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    page = press(open_screen(resident))

    assert "хотя бы одного счётчика" in page.error[0].value


def test_a_correction_appears_in_the_history(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    page = open_screen(resident)
    for value in ("104", "103,5"):
        field(page, "ХВ-100154").set_value(value)
        press(page)
    page.selectbox[0].select_index(1).run()

    html = markup(page)
    assert stored_readings() == [("104.000", "superseded"), ("103.500", "accepted")]
    assert "исправлено жителем" in html
    assert "личный кабинет" in html
    assert "<caption>Показания, м³</caption>" in html
    assert page.get("plotly_chart")


def test_the_chart_shows_the_year_before_too(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    execute("INSERT INTO reading SELECT account_id, meter_id, taken_on - 365, zone, value - 5, "
            "(period - interval '1 year')::date, source, status FROM reading "
            "WHERE value IN (100, 101)")  # fmt: skip
    page = open_screen(resident)
    page.selectbox[0].select_index(1).run()

    chart: Any = page.get("plotly_chart")[0]
    before, now, dial = json.loads(chart.proto.spec)["data"]
    assert [before["name"], now["name"], dial["name"]] == [
        "расход годом раньше",
        "расход, ноя 2013 – окт 2014",
        "показание",
    ]
    assert (before["y"][-1], now["y"][-1]) == ("1.000000", "1.000000")
    assert now["marker"]["pattern"]["fillmode"] == "overlay"  # otherwise it is white on white


def test_without_a_readable_meter_there_is_no_form(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    execute("UPDATE meter SET status = 'broken'")

    page = open_screen(resident)

    assert "числится неисправным" in markup(page)
    assert not page.text_input
    assert page.selectbox  # the history is still shown


def test_without_a_meter_the_screen_says_why(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    execute("UPDATE meter SET removed_on = '2010-01-01'")

    assert "не числится ни одного счётчика" in markup(open_screen(resident))


def test_a_meter_without_a_reading_accepts_any_value(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    execute("DELETE FROM reading")

    page = open_screen(resident)
    assert "показаний ещё не было" in markup(page)
    field(page, "ХВ-100154").set_value("777")
    press(page)

    assert stored_readings() == [("777.000", "accepted")]


def test_texts_of_billing_are_neither_markup_nor_markdown(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    evil = "<b>![x](http://e.example/x.png)</b>"
    execute(f"UPDATE meter SET serial = '{evil}', place = '{evil}'")

    page = open_screen(resident)

    assert evil not in markup(page)
    for text_field in page.text_input:
        assert not set(text_field.label) & set("<>[]!*`$")


@pytest.mark.parametrize("name", ["staff", "analyst", "admin"])
def test_other_roles_have_no_such_screen(
    open_screen: Callable[..., AppTest], signed_in: Callable[..., Actor], name: str
) -> None:
    with pytest.raises(ValueError, match="meters"):
        open_screen(signed_in(name))
