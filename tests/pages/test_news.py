"""The screens «Новости» and «Организации» and the desk of news."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import streamlit as st
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from db import session as database
from lib.access import Actor
from lib.domain.news import Audience, Draft, Kind
from lib.services.news import publication
from lib.services.people import sign_in
from lib.ui import session
from tests.kit.identity import open_session
from tests.kit.pages import MAIN, markup

EVIL = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _forget_reference_data() -> Iterator[None]:
    """Clear the directory, which is cached for the whole process."""
    st.cache_data.clear()
    yield
    st.cache_data.clear()


@pytest.fixture
def open_screen(monkeypatch: pytest.MonkeyPatch, db: object) -> Callable[..., AppTest]:
    """Open a screen as an actor and return it drawn."""

    def show(actor: Actor, screen: str | None = None, **query: str) -> AppTest:
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


@pytest.fixture
def staff(db: object, signed_in: Callable[..., Actor]) -> Actor:
    return signed_in("staff")


def execute(statement: str, **values: object) -> None:
    with database.transaction(database.OWNER) as opened_:
        opened_.execute(text(statement), values)


def scalar(statement: str) -> Any:
    with database.transaction(database.OWNER) as opened_:
        return opened_.scalar(text(statement))


def click(page: AppTest, label: str) -> AppTest:
    [button] = [button for button in page.button if button.label == label]
    button.click().run()
    assert not page.exception
    return page


def field(page: AppTest, label: str) -> Any:
    [found] = [field for field in (*page.text_input, *page.text_area) if field.label == label]
    return found


class TestNews:
    def test_an_outage_is_pinned_and_shown_on_the_home_screen(
        self, open_screen: Callable[..., AppTest], resident: Actor
    ) -> None:
        html = markup(open_screen(resident, "resident/news.py"))

        assert html.index("замена задвижки") < html.index("отопительному сезону")
        assert "Непрочитанных: 3" in html
        assert html.count("kb-first") == 1
        assert "Будет отключение:" in markup(open_screen(resident))

    def test_opening_marks_as_read(
        self, open_screen: Callable[..., AppTest], resident: Actor
    ) -> None:
        key = scalar("SELECT id FROM news WHERE request_key = 'demo.heating'")

        html = markup(open_screen(resident, "resident/news.py", id=str(key)))

        assert "<h1" in html
        assert "Промываем и опрессовываем" in html
        assert "Непрочитанных: 2" in markup(open_screen(resident, "resident/news.py"))

    def test_all_news_are_marked_as_read_at_once(
        self, open_screen: Callable[..., AppTest], resident: Actor
    ) -> None:
        page = click(open_screen(resident, "resident/news.py"), "Отметить все прочитанными")

        assert "Непрочитанных" not in markup(page)
        assert "прочитанными" in page.success[0].value
        assert not [button for button in page.button if "прочитанными" in button.label]

    @pytest.mark.parametrize("key", ["999999", "1" * 30])
    def test_unknown_news_are_explained_or_the_list_is_shown(
        self, open_screen: Callable[..., AppTest], resident: Actor, key: str
    ) -> None:
        html = markup(open_screen(resident, "resident/news.py", id=key))

        assert ("сняла её с публикации" in html) == (len(key) < 10)

    def test_without_news_the_screen_says_so(
        self, open_screen: Callable[..., AppTest], resident: Actor
    ) -> None:
        execute("UPDATE news SET withdrawn_at = now()")

        assert "Новостей для вас пока нет" in markup(open_screen(resident, "resident/news.py"))
        assert "новостей нет" in markup(open_screen(resident, "resident/news.py", page="9"))

    def test_every_text_is_escaped(
        self, open_screen: Callable[..., AppTest], resident: Actor, staff: Actor
    ) -> None:
        execute("UPDATE organization SET name = :evil", evil=EVIL)
        execute("UPDATE news SET title = :evil, body = :evil, author = :evil", evil=EVIL)
        execute("UPDATE organization SET site = 'javascript:alert(1)', phone = :evil", evil=EVIL)
        key = str(scalar("SELECT id FROM news WHERE request_key = 'demo.outage'"))
        organization = str(staff.organization_id)
        for actor, screen, query in (
            (resident, None, {}),
            (resident, "resident/news.py", {}),
            (resident, "resident/news.py", {"id": key}),
            (resident, "resident/organizations.py", {}),
            (resident, "resident/organizations.py", {"id": organization}),
            (staff, "staff/news_desk.py", {}),
            (staff, "staff/news_desk.py", {"id": key}),
        ):
            html = markup(open_screen(actor, screen, **query))
            assert EVIL not in html
            assert "&lt;script&gt;" in html
            assert 'href="javascript' not in html


class TestOrganizations:
    def test_organizations_of_ones_own_house_come_first(
        self, open_screen: Callable[..., AppTest], resident: Actor
    ) -> None:
        html = markup(open_screen(resident, "resident/organizations.py"))

        own_part, others = html.split("Другие организации")
        assert "ул. Гражданская, д. 1</h2>" in own_part
        assert own_part.index("ОАО «Камал»") < own_part.index("Пример-Водоканал")
        assert 'href="tel:+73519000005"' in own_part
        assert "Водоотведение, ХВС" in own_part
        assert "openstreetmap.org/search?query=" in own_part
        assert "ТСЖ «Рябиновый двор»" in others
        assert "Камал" not in others
        assert others.count("Пример-Ресурс") == 0  # this organisation serves the second house

    def test_the_manager_of_the_house_is_listed_beside_the_accounts_organization(
        self, open_screen: Callable[..., AppTest], resident: Actor
    ) -> None:
        execute(
            "UPDATE house SET organization_id = "
            "(SELECT min(id) FROM organization WHERE kind = 'tsg') "
            "WHERE id = (SELECT p.house_id FROM account a JOIN premise p ON p.id = a.premise_id "
            "WHERE a.id = :account)",
            account=resident.accounts[0],
        )

        html = markup(open_screen(resident, "resident/organizations.py"))

        assert html.index("Управляет домом") < html.index("Обслуживает лицевой счёт")

    def test_the_search_of_the_directory_is_kept_in_the_address(
        self, open_screen: Callable[..., AppTest], resident: Actor
    ) -> None:
        page = open_screen(resident, "resident/organizations.py")
        field(page, "Найти организацию").set_value("Рябиновый ТСЖ")

        html = markup(click(page, "Найти"))

        assert page.query_params["q"] == "Рябиновый ТСЖ"
        assert "Нашлось: 1" in html
        assert "Камал" not in html
        nothing = markup(open_screen(resident, "resident/organizations.py", q="%' OR 1=1"))
        assert "Ничего не нашлось" in nothing

    def test_an_organization_shows_requisites_and_current_and_next_tariffs(
        self, open_screen: Callable[..., AppTest], resident: Actor, staff: Actor
    ) -> None:
        execute(
            "INSERT INTO tariff (service_id, valid_from, price) SELECT id, '2100-01-01', 99.5 "
            "FROM service WHERE name = 'Лифт' AND sender_id = "
            "(SELECT sender_id FROM organization WHERE id = :own)",
            own=staff.organization_id,
        )

        html = markup(
            open_screen(resident, "resident/organizations.py", id=str(staff.organization_id))
        )

        assert "40702810300000000042" in html
        assert "99,50 с 01.01.2100" in html
        assert "Как менялись тарифы" in html

    def test_another_organizations_house_shows_no_price(
        self, open_screen: Callable[..., AppTest], resident: Actor, staff: Actor
    ) -> None:
        execute(
            "INSERT INTO tariff (service_id, house_id, valid_from, price) SELECT s.id, h.id, "
            "'2014-01-01', p FROM service s, (VALUES (77.7, true), (88.8, false)) AS v (p, own), "
            "LATERAL (SELECT id FROM house WHERE (organization_id = :own) = v.own "
            "ORDER BY id DESC LIMIT 1) h "
            "WHERE s.name = 'Лифт' AND s.sender_id = "
            "(SELECT sender_id FROM organization WHERE id = :own)",
            own=staff.organization_id,
        )

        html = markup(
            open_screen(resident, "resident/organizations.py", id=str(staff.organization_id))
        )

        assert "Лифт (ваш дом)" in html
        assert "77,70" in html
        assert "88,80" not in html

    def test_an_unknown_organization_is_not_found(
        self, open_screen: Callable[..., AppTest], resident: Actor
    ) -> None:
        page = open_screen(resident, "resident/organizations.py", id="999999")

        assert "Страница не найдена</h1>" in markup(page)


class TestDesk:
    def test_an_outage_is_previewed_refused_and_published(
        self, open_screen: Callable[..., AppTest], staff: Actor, resident: Actor
    ) -> None:
        page = open_screen(staff, "staff/news_desk.py", new="outage")
        field(page, "Заголовок").set_value("Отключим лифт")
        field(page, "Текст").set_value(f"Меняем **трос** {EVIL}")
        click(page, "Показать, как будет")
        assert "<strong>трос</strong> &lt;script&gt;" in markup(page)
        click(page, "Опубликовать")
        assert "когда отключение начнётся" in page.error[0].value
        field(page, "Начало отключения").set_value("01.02.2100 09:00")
        field(page, "Окончание").set_value("01.02.2100 12:00")
        page.radio[0].set_value("houses")
        click(page, "Опубликовать")
        assert "Выберите дома" in page.error[0].value
        house = scalar(f"SELECT id FROM house WHERE organization_id = {staff.organization_id}")
        page.multiselect[0].set_value([house])

        click(page, "Опубликовать")

        assert "жители увидят" in page.success[0].value
        assert "new" not in page.query_params
        assert "1 февраля 2100 года, 9:00–12:00" in markup(page)
        assert "Отключим лифт" in markup(open_screen(resident, "resident/news.py"))

    def test_a_colleagues_change_is_not_overwritten(
        self, open_screen: Callable[..., AppTest], staff: Actor
    ) -> None:
        key = int(scalar("SELECT id FROM news WHERE request_key = 'demo.heating'"))
        page = open_screen(staff, "staff/news_desk.py", id=str(key))
        publication.change_news(
            actor=replace(staff, full_name="Сидорова Ольга"),
            news_id=key,
            draft=Draft(Kind.NEWS, "Её заголовок", "Её текст", Audience.ORGANIZATION),
            version=0,
            address="",
        )
        field(page, "Заголовок").set_value("Мой заголовок")

        click(page, "Сохранить")

        assert "Сидорова Ольга" in page.error[0].value
        assert field(page, "Заголовок").value == "Мой заголовок"
        assert scalar(f"SELECT title FROM news WHERE id = {key}") == "Её заголовок"
        click(page, "Загрузить изменённую")
        assert field(page, "Заголовок").value == "Её заголовок"
        field(page, "Заголовок").set_value("Общий заголовок")
        click(page, "Сохранить")
        assert scalar(f"SELECT title FROM news WHERE id = {key}") == "Общий заголовок"

    def test_withdrawn_news_show_the_reason(
        self, open_screen: Callable[..., AppTest], staff: Actor, resident: Actor
    ) -> None:
        key = str(scalar("SELECT id FROM news WHERE request_key = 'demo.heating'"))
        page = open_screen(staff, "staff/news_desk.py", id=key)
        field(page, "Почему снимаете новость").set_value("Перенесли")

        html = markup(click(page, "Снять с публикации"))

        assert "снята с публикации" in html
        assert "Перенесли" in html
        assert not page.text_area
        assert "отопительному" not in markup(open_screen(resident, "resident/news.py"))

    def test_news_of_other_organizations_are_not_found(
        self, open_screen: Callable[..., AppTest], staff: Actor
    ) -> None:
        key = str(scalar("SELECT id FROM news WHERE request_key = 'demo.meters'"))

        page = open_screen(staff, "staff/news_desk.py", id=key)

        assert "Страница не найдена</h1>" in markup(page)
        assert not page.text_area

    def test_a_resident_has_no_desk(
        self, open_screen: Callable[..., AppTest], resident: Actor
    ) -> None:
        with pytest.raises(ValueError, match="news_desk"):
            open_screen(resident).switch_page("staff/news_desk.py").run()


class TestStatements:
    @pytest.mark.parametrize(
        ("name", "screen", "query"),
        [
            ("resident", None, {}),
            ("resident", "resident/news.py", {}),
            ("resident", "resident/news.py", {"id": "1"}),
            ("resident", "resident/organizations.py", {}),
            ("resident", "resident/organizations.py", {"id": "1"}),
            ("staff", "staff/news_desk.py", {}),
            ("staff", "staff/news_desk.py", {"new": "outage"}),
            ("staff", "staff/news_desk.py", {"id": "3"}),
        ],
    )
    def test_a_rerun_is_at_most_six(
        self,
        statements: list[str],
        monkeypatch: pytest.MonkeyPatch,
        name: str,
        screen: str | None,
        query: dict[str, str],
    ) -> None:
        token = open_session(name)
        monkeypatch.setattr(session, "get_token", lambda: token)
        page = AppTest.from_file(str(MAIN), default_timeout=120)
        for key, value in query.items():
            page.query_params[key] = value
        page.run()
        if screen:
            page.switch_page(screen).run()
        statements.clear()

        page.run()

        assert not page.exception
        assert 1 <= len(statements) <= 6, statements
