"""Saved views: kept as saved, shared with colleagues and nobody else."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest

from lib import links
from lib.access import AccessDenied, Actor
from lib.domain.insight import saved
from lib.domain.texts import TextRefused
from lib.services.insight import screens
from lib.services.insight.saved import stored_pages, views
from lib.services.insight.saved.views import TooManyViews
from lib.services.people import login_removal
from tests.kit.insight.saved_views import ADDRESS, execute, fetch, save, subscribe
from tests.kit.profile import PASSWORD

QUERY = {"since": "2014-09", "until": "2014-10", "street": "ул. Лесная, д. 5+6", "compared": "none"}


@pytest.fixture
def others() -> int:
    """An organisation that an analyst may belong to."""
    return int(fetch("SELECT min(id) FROM organization")[0][0])


@pytest.fixture
def colleague(analyst: Actor) -> Actor:
    """Another analyst of all organisations."""
    return add_analyst(analyst, "colleague")


@pytest.fixture
def of_one(analyst: Actor, others: int) -> Actor:
    """An analyst of one organisation."""
    return add_analyst(analyst, "of_one", organization_id=others)


def add_analyst(like: Actor, username: str, *, organization_id: int | None = None) -> Actor:
    execute(
        "INSERT INTO login (username, password_hash, role, organization_id, activated_at) "
        "VALUES (:name, 'x', 'analyst', :organization, now())",
        name=username,
        organization=organization_id,
    )
    execute(
        "INSERT INTO login_contact (login_id, last_name, first_name, email) SELECT id, 'Попов', "
        "'Пётр', username || '@example.org' FROM login WHERE username = :name",
        name=username,
    )
    [(key,)] = fetch("SELECT id FROM login WHERE username = :name", name=username)
    return replace(
        like,
        login_id=key,
        username=username,
        full_name="Попов Пётр",
        organization_id=organization_id,
    )


class TestSave:
    def test_its_link_opens_the_saved_address(self, analyst: Actor) -> None:
        view_id = save(analyst, "  Лесная:\n сентябрь ", query=QUERY)

        view = views.get_view(actor=analyst, view_id=view_id)

        assert view.name == "Лесная: сентябрь"
        parts = urlsplit(view.address)
        assert parts.path == f"/{links.COLLECTION}"
        assert dict(parse_qsl(parts.query)) == QUERY
        assert links.is_screen(view.address)  # sign-in continues to this address
        assert (view.is_own, view.is_shared, view.is_moving) == (True, False, False)

    def test_a_second_click_saves_once(self, analyst: Actor) -> None:
        key = uuid4().hex

        assert save(analyst, request_key=key) == save(analyst, request_key=key)
        assert len(views.list_views(actor=analyst)) == 1

    @pytest.mark.parametrize("name", ["", " \n\t", "я" * 81])
    def test_needs_a_name_of_some_length(self, analyst: Actor, name: str) -> None:
        with pytest.raises(TextRefused):
            save(analyst, name)

    def test_there_is_a_limit_on_their_number(
        self, analyst: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(views, "MOST_VIEWS", 2)
        save(analyst)
        save(analyst)

        with pytest.raises(TooManyViews):
            save(analyst)

    def test_a_free_query_is_kept_whole_up_to_20_kilobytes(self, analyst: Actor) -> None:
        query = {"sql": "SELECT 'ё' -- " + "x" * 15_000, "p.house": "7"}

        view = views.get_view(
            actor=analyst, view_id=save(analyst, path=links.FREE_QUERY, query=query)
        )

        assert view.query == query
        assert view.address == f"/{links.FREE_QUERY}?saved={view.view_id}"
        assert not view.is_mailed
        with pytest.raises(TextRefused):
            save(analyst, path=links.FREE_QUERY, query={"sql": "ё" * 10_100})

    @pytest.mark.parametrize("path", [links.PEOPLE, "https://example.ru", "collection/.."])
    def test_no_other_screen_can_be_saved(self, analyst: Actor, path: str) -> None:
        with pytest.raises(AccessDenied):
            save(analyst, path=path)

    @pytest.mark.usefixtures("db")
    @pytest.mark.parametrize("name", ["resident", "staff", "admin"])
    def test_is_for_analysts(self, signed_in: Callable[..., Actor], name: str) -> None:
        with pytest.raises(AccessDenied):
            save(signed_in(name))

    def test_is_in_the_audit_log(self, analyst: Actor) -> None:
        view_id = save(analyst, "Долги", is_shared=True)

        [(details,)] = fetch("SELECT details FROM audit_event WHERE action = 'view_saved'")

        assert details == {
            "screen": "collection",
            "view_id": view_id,
            "name": "Долги",
            "shared": True,
        }


class TestShare:
    def test_colleagues_of_all_organisations_see_it(
        self, analyst: Actor, colleague: Actor, of_one: Actor
    ) -> None:
        own, shared = save(analyst, "Мой"), save(analyst, "Наш", is_shared=True)

        assert {view.view_id for view in views.list_views(actor=analyst)} == {own, shared}
        [view] = views.list_views(actor=colleague)
        assert (view.view_id, view.is_own, view.author) == (shared, False, analyst.full_name)
        assert views.list_views(actor=of_one) == []
        for actor, view_id in ((colleague, own), (of_one, shared)):
            with pytest.raises(AccessDenied):
                views.get_view(actor=actor, view_id=view_id)

    def test_an_organisations_views_are_seen_in_it(
        self, analyst: Actor, of_one: Actor, others: int
    ) -> None:
        shared = save(of_one, is_shared=True)
        neighbour = add_analyst(analyst, "neighbour", organization_id=others)
        far = add_analyst(analyst, "far", organization_id=others + 1)

        assert [view.view_id for view in views.list_views(actor=neighbour)] == [shared]
        assert views.list_views(actor=far) == []
        assert views.list_views(actor=analyst) == []

    def test_nobody_else_changes_or_deletes_it(self, analyst: Actor, colleague: Actor) -> None:
        shared = save(analyst, "Наш", is_shared=True)

        with pytest.raises(AccessDenied):
            views.change_view(
                actor=colleague, view_id=shared, name="Мой", is_shared=False, address=ADDRESS
            )
        views.delete_view(actor=colleague, view_id=shared, address=ADDRESS)

        assert views.get_view(actor=analyst, view_id=shared).name == "Наш"

    def test_is_renamed_unshared_and_deleted_by_its_owner(
        self, analyst: Actor, colleague: Actor
    ) -> None:
        shared = save(analyst, "Наш", is_shared=True)

        views.change_view(
            actor=analyst, view_id=shared, name="Мой", is_shared=False, address=ADDRESS
        )
        assert [view.name for view in views.list_views(actor=analyst)] == ["Мой"]
        assert views.list_views(actor=colleague) == []
        for _ in range(2):
            views.delete_view(actor=analyst, view_id=shared, address=ADDRESS)
        assert views.list_views(actor=analyst) == []
        assert len(fetch("SELECT 1 FROM audit_event WHERE action = 'view_deleted'")) == 1

    @pytest.mark.usefixtures("facts")
    def test_opening_it_shows_no_more_than_its_reader_may_see(
        self, analyst: Actor, of_one: Actor
    ) -> None:
        [(foreign,)] = fetch("SELECT max(organization_id) FROM account")
        view = views.get_view(
            actor=analyst,
            view_id=save(
                analyst, query={"organization": str(foreign), "compared": "none"}, is_shared=True
            ),
        )

        stored = stored_pages.build_page(actor=analyst, path=view.path, query=view.query)
        assert stored.page.panels
        [(own,)] = fetch("SELECT min(organization_id) FROM account")
        limited = replace(of_one, organization_id=own)
        refused = stored_pages.build_page(actor=limited, path=view.path, query=view.query)
        assert refused.page.refusal
        assert refused.page.panels == ()


@pytest.mark.usefixtures("facts")
def test_a_stored_page_says_what_the_screen_says(analyst: Actor) -> None:
    query = {"compared": "before"}

    stored = stored_pages.build_page(actor=analyst, path=links.COLLECTION, query=query)
    shown = screens.open_screen(actor=analyst, path=links.COLLECTION, query=query, address=ADDRESS)

    assert [panel.answer for panel in stored.page.panels] == [
        panel.answer for panel in shown.page.panels
    ]


@pytest.mark.usefixtures("facts")
def test_a_deleted_login_leaves_no_view_and_no_subscription(
    analyst: Actor, colleague: Actor
) -> None:
    view_id = save(analyst, is_shared=True)
    subscribe(analyst, view_id)
    subscribe(colleague, view_id)
    subscribe(colleague, save(colleague))

    login_removal.delete_login(actor=analyst, password=PASSWORD, address=ADDRESS)

    assert fetch("SELECT DISTINCT login_id FROM insight_view") == [(colleague.login_id,)]
    assert fetch("SELECT count(*) FROM insight_subscription") == [(1,)]


class TestMonths:
    def test_a_moving_view_has_no_month(self) -> None:
        moving = saved.release_months(QUERY | {"day": "2014-10-15"})

        assert moving == {"street": QUERY["street"], "compared": "none"}
        assert saved.is_moving(moving)

    @pytest.mark.parametrize("name", ["", "A", "a b", "since\n", "x" * 41])
    def test_strange_names_are_not_kept(self, name: str) -> None:
        assert saved.clean_query({name: "1", "house": "", "street": "\0Лесная"}) == {
            "street": "Лесная"
        }
