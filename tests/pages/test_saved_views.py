"""Saving, sharing and subscribing on a screen of analysts, and «Мои виды»."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from sqlalchemy import Connection
from streamlit.testing.v1 import AppTest

from lib import clock, links
from lib.access import Actor
from lib.domain.insight.occasions import Occasion
from lib.facts import store
from lib.facts.manifest import Manifest
from lib.facts.questions import places
from lib.facts.reader import Facts
from lib.services.accounts import premises
from lib.services.insight.saved import subscriptions, views
from lib.services.insight.saved.wishes import Wish
from lib.ui import session
from lib.ui.insight import view_list
from tests.kit.insight.saved_views import execute, fetch, list_log, save, subscribe
from tests.kit.insight.versions import analyst, facts, first_version, manifest
from tests.kit.pages import draw_screen, markup, press

__all__ = ["analyst", "facts", "first_version", "manifest"]
SCREEN, LIST = "analyst/collection.py", "analyst/saved_views.py"
QUERY = {"since": "2026-05", "until": "2026-09", "compared": "none"}
KEY = "0" * 32


@pytest.fixture
def open_screen(
    monkeypatch: pytest.MonkeyPatch, db: Connection, manifest: Manifest, analyst: Actor
) -> Callable[..., AppTest]:
    """Open a screen as the analyst; every form has the same key."""
    store.put_manifest(replace(manifest, moment=clock.now()))
    execute("DELETE FROM insight_view; DELETE FROM audit_event")
    assert not db.closed
    monkeypatch.setattr(session, "request_key", lambda _form: KEY)

    def show(screen: str, **query: Any) -> AppTest:
        return draw_screen(monkeypatch, analyst, screen, **query)

    return show


def unfold(page: AppTest, action: str, *, is_keyed: bool = True) -> AppTest:
    """Press one of the actions on top of a screen."""
    key = f"view.{action}.collection"
    page.session_state[f"{key}.{KEY}" if is_keyed else key] = True
    page.run()
    assert not page.exception
    return page


def fill(page: AppTest, label: str, value: str) -> None:
    next(field for field in page.text_input if field.label == label).set_value(value)


class TestScreen:
    def test_nothing_is_drawn_before_an_action_is_pressed(
        self, open_screen: Callable[..., AppTest]
    ) -> None:
        page = open_screen(SCREEN, **QUERY)

        assert not page.text_input
        assert not page.button

    def test_a_view_is_saved_with_its_months(
        self, open_screen: Callable[..., AppTest], analyst: Actor
    ) -> None:
        page = unfold(open_screen(SCREEN, **QUERY), "save")
        fill(page, "Название", "Весна")
        press(page, "Сохранить")

        [view] = views.list_views(actor=analyst)
        assert (view.name, view.query, view.is_shared) == ("Весна", QUERY, False)
        assert "Вид сохранён" in page.success[0].value

    def test_a_view_moves_on_if_the_person_wants(
        self, open_screen: Callable[..., AppTest], analyst: Actor
    ) -> None:
        page = unfold(open_screen(SCREEN, **QUERY), "save")
        fill(page, "Название", "Последние")
        page.radio[0].set_value(True)
        page.checkbox[0].check()
        press(page, "Сохранить")

        [view] = views.list_views(actor=analyst)
        assert (view.query, view.is_moving, view.is_shared) == ({"compared": "none"}, True, True)

    def test_a_view_without_a_name_is_not_saved(
        self, open_screen: Callable[..., AppTest], analyst: Actor
    ) -> None:
        page = press(unfold(open_screen(SCREEN, **QUERY), "save"), "Сохранить")

        assert "Назовите вид" in page.error[0].value
        assert views.list_views(actor=analyst) == []

    def test_the_link_to_share_has_explicit_months(
        self, open_screen: Callable[..., AppTest]
    ) -> None:
        page = unfold(open_screen(SCREEN, compared="none"), "share", is_keyed=False)

        assert re.fullmatch(
            r"http\S+/collection\?compared=none&since=20\d\d-\d\d&until=20\d\d-\d\d",
            page.code[0].value,
        )

    def test_a_subscription_to_a_bound_is_made_on_the_screen(
        self, open_screen: Callable[..., AppTest], analyst: Actor
    ) -> None:
        page = unfold(open_screen(SCREEN, **QUERY), "mail")
        fill(page, "Название вида", "Порог")
        when = next(field for field in page.selectbox if field.label == "Присылать")
        when.set_value(Occasion.BOUND).run()
        fill(page, "Порог", "много")
        press(page, "Подписаться на письма")
        assert "Порог не распознан" in page.error[0].value
        assert views.list_views(actor=analyst) == []

        fill(page, "Порог", "150 000")
        press(page, "Подписаться на письма")

        [view] = views.list_views(actor=analyst)
        [subscription] = subscriptions.list_subscriptions(actor=analyst)
        assert (subscription.view_id, view.name) == (view.view_id, "Порог")
        assert subscription.figure.startswith("Собрано")
        assert subscription.bound.replace("\N{NARROW NO-BREAK SPACE}", "") != ""


class TestList:
    def test_says_how_to_begin(self, open_screen: Callable[..., AppTest]) -> None:
        assert "Сохранённых видов пока нет" in markup(open_screen(LIST))

    def test_shows_views_and_opens_them(
        self, open_screen: Callable[..., AppTest], analyst: Actor
    ) -> None:
        page = open_screen(LIST)
        view_id = save(analyst, "<b>Весна</b>", query=QUERY | {"street": "x", "organization": "1"})

        page.run()

        html = markup(page)
        assert "&lt;b&gt;Весна&lt;/b&gt;" in html
        assert "Собираемость · " in html
        assert " · x<" in html
        address = views.get_view(actor=analyst, view_id=view_id).address
        assert address in [unescape(found) for found in re.findall(r'href="([^"]+)"', html)]

    def test_a_place_is_named_and_not_counted(
        self, open_screen: Callable[..., AppTest], analyst: Actor, facts: Facts
    ) -> None:
        house = places.list_houses(facts)[0]
        place = {"organization": str(house.organization), "street": house.street}
        save(analyst, "Организация", query=QUERY | {"organization": str(house.organization)})
        save(analyst, "Дом", query=QUERY | place | {"house": str(house.house)})

        html = unescape(markup(open_screen(LIST)))

        (name,) = {
            known.name
            for known in premises.list_organizations()
            if known.organization_id == house.organization
        }
        assert f"Собираемость · {name}<" in html
        assert re.search(f"Собираемость · {name} · [^<]*{house.name}<", html)

    def test_a_view_is_renamed_shared_and_deleted(
        self, open_screen: Callable[..., AppTest], analyst: Actor
    ) -> None:
        open_screen(LIST)
        page = open_screen(LIST, id=save(analyst, query=QUERY))
        fill(page, "Название", "Другое")
        page.checkbox[0].check()
        press(page, "Сохранить изменения")
        [view] = views.list_views(actor=analyst)
        assert (view.name, view.is_shared) == ("Другое", True)

        press(page, "Да, удалить")

        assert views.list_views(actor=analyst) == []
        assert "Вид удалён" in page.success[0].value

    def test_a_subscription_is_made_paused_by_the_letters_link_and_resumed(
        self, open_screen: Callable[..., AppTest], analyst: Actor
    ) -> None:
        page = open_screen(LIST, id=save(analyst, query=QUERY))
        press(page, "Подписаться")
        assert "Подписка оформлена" in page.success[0].value
        [(key,)] = fetch("SELECT pause_key FROM insight_subscription")

        page = open_screen(LIST, pause=key)
        assert "приостановлена" in page.success[0].value
        assert subscriptions.list_subscriptions(actor=analyst)[0].is_paused

        press(page, "Возобновить")
        assert not subscriptions.list_subscriptions(actor=analyst)[0].is_paused
        press(page, "Приостановить")
        assert subscriptions.list_subscriptions(actor=analyst)[0].is_paused
        press(page, "Да, удалить")
        assert subscriptions.list_subscriptions(actor=analyst) == []

    def test_the_log_says_why_a_letter_was_not_sent(
        self, open_screen: Callable[..., AppTest], analyst: Actor
    ) -> None:
        open_screen(LIST)
        subscribe(analyst, save(analyst, query=QUERY), Wish(Occasion.MONTHLY))
        execute(
            "INSERT INTO insight_delivery (subscription_id, login_id, occasion, happened_at, "
            "outcome, reason) SELECT id, login_id, 'month 2026-11', now(), 'not_sent', "
            "'Потому что <так>' FROM insight_subscription"
        )
        assert len(list_log()) == 1

        html = markup(open_screen(LIST))

        assert "Потому что &lt;так&gt;" in html
        assert "не отправлено" in html

    def test_a_foreign_view_is_as_if_there_were_none(
        self, open_screen: Callable[..., AppTest], analyst: Actor
    ) -> None:
        open_screen(LIST)
        execute(
            "INSERT INTO insight_view (login_id, author, name, path, query, created_at, "
            "request_key) SELECT min(id), 'А', 'Чужой', 'collection', '{}', now(), 'k' FROM login "
            "WHERE id <> :own",
            own=analyst.login_id,
        )
        [(key,)] = fetch("SELECT id FROM insight_view")

        html = markup(open_screen(LIST, id=key))

        assert "Страница не найдена" in html
        assert "Чужой" not in html


def test_a_colleagues_free_query_is_opened_and_not_subscribed_to(analyst: Actor) -> None:
    save(analyst, "Запрос", path=links.FREE_QUERY, query={"sql": "SELECT 1"}, is_shared=True)
    save(analyst, "Сборы", query=QUERY, is_shared=True)
    shared = [replace(view, is_own=False) for view in views.list_views(actor=analyst)]

    built = view_list.build_lists(shared)

    assert "?sql=SELECT+1" in built
    assert built.count("Подписаться") == 1
