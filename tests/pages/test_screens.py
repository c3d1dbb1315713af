"""A resident's screens in all their states."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from db import session as database
from lib.access import Actor
from lib.services.people import sign_in
from lib.ui import session
from tests.kit.pages import MAIN, markup

OCTOBER = dt.date(2014, 10, 1)


@pytest.fixture
def open_screen(monkeypatch: pytest.MonkeyPatch, db: object) -> Callable[..., AppTest]:
    """Open a screen as an actor and return it drawn."""

    def show(actor: Actor | None, screen: str | None = None, **query: str) -> AppTest:
        monkeypatch.setattr(sign_in, "find_actor", lambda **_: actor)
        monkeypatch.setattr(session, "get_visit", lambda: "browser")
        page = AppTest.from_file(str(MAIN), default_timeout=120)
        for name, value in query.items():
            page.query_params[name] = value
        page.run()
        if screen:
            page.switch_page(screen).run()
        assert not page.exception
        return page

    return show


def execute(statement: str) -> None:
    with database.transaction(database.OWNER) as opened_:
        opened_.execute(text(statement))


def test_a_stranger_sees_the_sign_in_and_no_figure(open_screen: Callable[..., AppTest]) -> None:
    page = open_screen(None)

    assert "Вход в личный кабинет</h1>" in markup(page)
    assert "Здравствуйте" not in markup(page)
    assert page.text_input[0].label == "Имя пользователя"


def test_without_an_account_the_screen_says_why_and_the_menu_is_short(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    page = open_screen(replace(resident, accounts=()))

    assert "ни один лицевой счёт" in page.info[0].value
    assert "kb-bill" not in markup(page)


def test_charges_without_an_account_are_not_found(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    page = open_screen(replace(resident, accounts=()))

    with pytest.raises(ValueError, match="charges"):
        page.switch_page("resident/charges.py").run()


def test_without_a_closed_period_the_card_says_why(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    execute("UPDATE billing_period SET status = 'open'")

    page = open_screen(resident)

    assert markup(page).count('<section class="kb-head"') == 2
    assert "нет закрытых месяцев" in markup(page)
    assert "126,93" not in markup(page)


def test_an_open_period_says_why_there_is_no_bill(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    execute("UPDATE billing_period SET status = 'open' WHERE period = '2014-10-01'")

    page = open_screen(resident, "resident/charges.py")
    page.selectbox[1].select_index(0).run()

    assert "ещё не закрыт бухгалтерией" in markup(page)
    assert page.selectbox[1].options[0] == "октябрь 2014 (ещё не закрыт)"
    assert "kb-bill" not in markup(page)


def test_the_charges_show_lines_recalculations_and_history(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    execute(
        "INSERT INTO recalculation (account_id, external_id, service_id, period, "
        "for_period_from, reason, amount) SELECT a.id, 'r', s.id, '2014-10-01', '2014-09-01', "
        "'<b>Отсутствие</b>', -1.5 FROM account a, service s "
        "WHERE a.number = '0000012345' AND s.name = 'ХВС'"
    )

    page = open_screen(resident, "resident/charges.py")

    html = markup(page)
    assert "Перерасчёты" in html
    assert "сентябрь 2014" in html
    assert "&lt;b&gt;Отсутствие&lt;/b&gt;" in html
    assert "−1,50" in html
    assert "Начислено по месяцам" in html
    assert "Сколько начислено по месяцам</h2>" in html
    assert "Тарифы, ₽ за единицу" in html
    assert "От базового начисления к скорректированному" in html


def test_columns_appear_where_billing_has_data(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    assert "Льгота" not in markup(open_screen(resident))
    execute("UPDATE accrual SET privilege = 3 WHERE period = '2014-10-01'")
    execute(
        "INSERT INTO penalty SELECT a.id, g.id, '2014-10-01', 0, 5.25, 0, 5.25 "
        "FROM account a, service_group g WHERE a.number = '0000012345' AND g.name = 'Водоснабжение'"
    )

    html = markup(open_screen(resident))

    assert "Льгота" in html
    assert "Долг: 93,78" in html  # 88,53 plus the penalty of the group
    assert "5,25" in html


def test_every_text_of_billing_is_escaped(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    evil = "<script>alert(1)</script>"
    for table, column in (
        ("service", "name"),
        ("service", "unit"),
        ("service_group", "name"),
        ("organization", "name"),
        ("house", "street"),
        ("premise", "number"),
        ("payer", "last_name"),
        ("account", "number"),
    ):
        execute(f"UPDATE {table} SET {column} = '{evil}'")

    for screen in (None, "resident/charges.py"):
        html = markup(open_screen(resident, screen))
        assert evil not in html
        assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    ("query", "period"),
    [
        ({}, "октябрь 2014"),
        ({"account": "999999"}, "октябрь 2014"),
        ({"account": "abc", "period": "тогда"}, "октябрь 2014"),
        ({"account": "🙂" * 500}, "октябрь 2014"),
    ],
)
def test_any_address_shows_only_ones_own_data(
    open_screen: Callable[..., AppTest], resident: Actor, query: dict[str, str], period: str
) -> None:
    page = open_screen(resident, "resident/charges.py", **query)

    assert page.selectbox[0].options[page.selectbox[0].index or 0].startswith("0000012345 · ")
    assert page.selectbox[1].options[page.selectbox[1].index or 0] == period


@pytest.mark.parametrize("name", ["staff", "admin"])
def test_other_roles_see_who_they_are(
    open_screen: Callable[..., AppTest], signed_in: Callable[..., Actor], name: str
) -> None:
    page = open_screen(signed_in(name))

    assert "Вы вошли как" in markup(page)
    assert "kb-bill" not in markup(page)


def test_a_wrong_password_at_sign_in_is_one_sentence(open_screen: Callable[..., AppTest]) -> None:
    page = open_screen(None)

    page.text_input[0].set_value("resident")
    page.text_input[1].set_value("wrong")
    page.button[0].click().run()

    assert "Неверное имя пользователя или пароль" in page.error[0].value


def test_a_right_password_posts_a_ticket(open_screen: Callable[..., AppTest]) -> None:
    page = open_screen(None)

    page.text_input[0].set_value("resident")
    page.text_input[1].set_value("demo-Parol-2014")
    page.button[0].click().run()

    assert not page.error
    assert 'method="post" action="/session"' in markup(page)


@pytest.mark.parametrize("script", ["public/privacy.py", "public/terms.py"])
def test_public_documents_carry_their_version(
    open_screen: Callable[..., AppTest], script: str
) -> None:
    page = open_screen(None, script)

    assert "Версия 1, действует с" in markup(page)
    assert "{centre}" not in page.markdown[0].value
