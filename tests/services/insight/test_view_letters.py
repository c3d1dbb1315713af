"""Letters of subscriptions: once for each occasion, and to nobody who may not see the figures."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest

from lib import clock, config, links
from lib.access import AccessDenied, Actor
from lib.domain import periods
from lib.domain.insight.occasions import BoundRefused, Occasion
from lib.facts import store
from lib.facts.manifest import Manifest
from lib.services import letters
from lib.services.insight import screens
from lib.services.insight.saved import stored_pages, subscriptions, view_letters, views
from lib.services.insight.saved.wishes import SubscriptionRefused, Wish
from tests.kit.insight.saved_views import (
    ADDRESS,
    execute,
    fetch,
    list_letters,
    list_log,
    make_due,
    save,
    subscribe,
)
from tests.kit.mail_server import run_mail_server

QUERY = {"compared": "none"}
SHARE = "collection.places: Собираемость"


@pytest.fixture
def reader(manifest: Manifest, analyst: Actor) -> Actor:
    """An analyst without views, and facts that are fresh."""
    store.put_manifest(replace(manifest, moment=clock.now()))
    execute("DELETE FROM insight_view; DELETE FROM letter; DELETE FROM audit_event")
    return analyst


def post() -> int:
    return view_letters.post_due_letters()


def flatten(words: str) -> str:
    """Return words as letters have them: without no-break spaces."""
    return words.replace("\N{NO-BREAK SPACE}", " ")


def find_month(actor: Actor) -> dt.date:
    return screens.find_latest(screens.open_facts(actor))


class TestCalendar:
    @pytest.mark.parametrize("occasion", [Occasion.WEEKLY, Occasion.MONTHLY])
    def test_a_letter_is_posted_once(self, reader: Actor, occasion: Occasion) -> None:
        view_id = save(reader, "Наш <вид>", query=QUERY)
        subscribe(reader, view_id, Wish(occasion))
        assert post() == 0  # this week and this month began before the subscription

        make_due()

        assert (post(), post()) == (1, 0)
        [(recipient, subject, body)] = list_letters()
        assert recipient == "analyst@example.org"
        assert subject.startswith("Наш <вид>: ")
        stored = stored_pages.build_page(actor=reader, path=links.COLLECTION, query=QUERY)
        for panel in stored.page.panels:
            assert flatten(panel.answer) in body
        assert "/collection?compared=none" in body
        assert re.search(r"^Долг: [0-9 ]+,[0-9]{2} ₽", body, re.MULTILINE)
        [(occasion_name, outcome, reason)] = list_log()
        assert occasion_name.startswith(("week 20", "month 20"))
        assert (outcome, reason) == ("sent", "")
        assert len(fetch("SELECT 1 FROM audit_event WHERE action = 'view_mailed'")) == 1

    def test_it_says_no_name_of_a_payer_and_no_number_of_an_account(self, reader: Actor) -> None:
        subscribe(reader, save(reader, query=QUERY))
        make_due()
        post()

        [(_, _, body)] = list_letters()

        names = fetch("SELECT last_name FROM payer UNION SELECT number FROM account")
        assert not [name for (name,) in names if name and name in body]

    def test_a_paused_one_waits_and_tells_nothing_of_the_pause(self, reader: Actor) -> None:
        subscription_id = subscribe(reader, save(reader, query=QUERY))
        make_due()
        [(key,)] = fetch("SELECT pause_key FROM insight_subscription")

        assert not subscriptions.pause_by_link(actor=reader, pause_key="0" * 32)
        assert subscriptions.pause_by_link(actor=reader, pause_key=key)
        assert not subscriptions.pause_by_link(actor=reader, pause_key=key)
        assert post() == 0
        subscriptions.resume_subscription(actor=reader, subscription_id=subscription_id)

        assert post() == 0
        assert list_log() == []
        make_due()
        assert post() == 1

    def test_the_link_of_a_letter_pauses_only_its_readers_subscription(self, reader: Actor) -> None:
        subscribe(reader, save(reader, query=QUERY))
        [(key,)] = fetch("SELECT pause_key FROM insight_subscription")

        stranger = replace(reader, login_id=reader.login_id + 1000)

        assert not subscriptions.pause_by_link(actor=stranger, pause_key=key)


class TestClosing:
    def test_a_month_that_was_closed_is_told_once(self, reader: Actor) -> None:
        subscribe(reader, save(reader, query=QUERY), Wish(Occasion.CLOSING))
        assert post() == 0

        latest = find_month(reader)
        execute(
            "UPDATE insight_subscription SET known_month = :month",
            month=periods.add_months(latest, -1),
        )

        assert (post(), post()) == (1, 0)
        assert list_log() == [(f"closed {latest:%Y-%m}", "sent", "")]

    def test_a_month_that_is_closed_again_is_not_told_again(self, reader: Actor) -> None:
        subscribe(reader, save(reader, query=QUERY), Wish(Occasion.CLOSING))
        before = periods.add_months(find_month(reader), -1)
        for _ in range(2):
            execute("UPDATE insight_subscription SET known_month = :month", month=before)
            post()

        assert len(list_letters()) == 1


class TestBound:
    def watch(self, actor: Actor, bound: str, *, is_above: bool = True) -> int:
        wish = Wish(Occasion.BOUND, SHARE, is_above, bound)
        return subscribe(actor, save(actor, query=QUERY), wish)

    def change(self, **values: object) -> None:
        """Let the last look have been at another version of the facts."""
        execute(
            "UPDATE insight_subscription SET seen = 'earlier', is_beyond = :is_beyond", **values
        )

    def find_share(self, actor: Actor) -> Decimal:
        stored = stored_pages.build_page(actor=actor, path=links.COLLECTION, query=QUERY)
        [panel] = [panel for panel in stored.page.panels if SHARE.startswith(f"{panel.key}:")]
        table = panel.table
        assert table is not None
        assert table.total is not None
        charged, paid = table.total.values[:2]
        assert charged is not None
        assert paid is not None
        return paid / charged

    def test_a_figure_that_has_passed_it_is_told_once(self, reader: Actor) -> None:
        share = self.find_share(reader) * 100
        self.watch(reader, f"{share - 1:.2f}".replace(".", ","))
        assert post() == 0  # it was above the bound when the person subscribed

        self.change(is_beyond=False)

        assert (post(), post()) == (1, 0)
        [(_, _, body)] = list_letters()
        assert f"{share:.1f}".replace(".", ",") in body
        assert "выше порога" in body

    @pytest.mark.parametrize("is_above", [True, False])
    def test_a_figure_on_its_side_is_not_told(self, reader: Actor, *, is_above: bool) -> None:
        share = self.find_share(reader) * 100
        bound = share + 1 if is_above else share - 1
        self.watch(reader, f"{bound:.2f} %", is_above=is_above)
        self.change(is_beyond=False)

        assert post() == 0
        assert list_log() == []
        [(is_beyond,)] = fetch("SELECT is_beyond FROM insight_subscription")
        assert is_beyond is False

    def test_nothing_is_computed_while_the_facts_are_the_same(
        self, reader: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.watch(reader, "1")
        post()

        monkeypatch.setattr(stored_pages, "build_page", lambda **_: pytest.fail("computed again"))

        assert post() == 0

    def test_needs_a_known_figure_and_a_number(self, reader: Actor) -> None:
        view_id = save(reader, query=QUERY)

        with pytest.raises(SubscriptionRefused):
            subscribe(reader, view_id, Wish(Occasion.BOUND, "no.such", is_above=True, bound="1"))
        for typed in ("", "много", "1e5", "NaN", "1,2,3", "9" * 30):
            with pytest.raises(BoundRefused):
                subscribe(reader, view_id, Wish(Occasion.BOUND, SHARE, is_above=True, bound=typed))


class TestRefused:
    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ("UPDATE login SET blocked_at = now() WHERE id = :login", "заблокирована"),
            ("UPDATE login SET role = 'resident' WHERE id = :login", "доступа к аналитике"),
        ],
        ids=["blocked", "another role"],
    )
    @pytest.mark.parametrize("occasion", [Occasion.WEEKLY, Occasion.CLOSING])
    def test_who_may_not_see_it_gets_no_letter(
        self, reader: Actor, change: str, reason: str, occasion: Occasion
    ) -> None:
        subscribe(reader, save(reader, query=QUERY), Wish(occasion))
        make_due()
        execute(change, login=reader.login_id)

        assert (post(), post()) == (0, 0)

        assert list_letters() == []
        [(_, outcome, words)] = list_log()
        assert outcome == "not_sent"
        assert reason in words

    def test_a_view_that_is_not_shared_any_more_is_not_sent(self, reader: Actor) -> None:
        execute(
            "INSERT INTO login (username, password_hash, role, activated_at) "
            "VALUES ('owner', 'x', 'analyst', now())"
        )
        [(key,)] = fetch("SELECT id FROM login WHERE username = 'owner'")
        owner = replace(reader, login_id=key)
        view_id = save(owner, "Общий", query=QUERY, is_shared=True)
        subscribe(reader, view_id)
        make_due()
        views.change_view(
            actor=owner, view_id=view_id, name="Общий", is_shared=False, address=ADDRESS
        )

        assert post() == 0
        assert list_log()[0][1:] == ("not_sent", "Владелец вида больше не делится им.")

    def test_old_facts_are_waited_for(self, reader: Actor, manifest: Manifest) -> None:
        subscribe(reader, save(reader, query=QUERY))
        make_due()
        store.put_manifest(replace(manifest, moment=clock.now() - dt.timedelta(days=2)))

        assert (post(), post()) == (0, 0)
        [(occasion, outcome, reason)] = list_log()
        assert outcome == "waiting"
        assert "устарели" in reason
        store.put_manifest(replace(manifest, moment=clock.now()))

        assert (post(), post()) == (1, 0)
        assert list_log() == [(occasion, "sent", "")]

    def test_missing_facts_are_waited_for(
        self, reader: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        subscribe(reader, save(reader, query=QUERY))
        make_due()
        monkeypatch.setattr(store, "find_manifest", lambda: None)

        assert post() == 0
        assert list_log()[0][1] == "waiting"

    def test_a_screen_that_fails_stops_no_other_letter(
        self, reader: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        subscribe(reader, save(reader, "Первый", query=QUERY | {"sort": "99"}))
        subscribe(reader, save(reader, "Второй", query=QUERY))
        make_due()
        build = screens.BUILDERS[links.COLLECTION]

        def fail(context: object) -> object:
            assert context.view.sort != 99  # type: ignore[attr-defined]
            return build(context)  # type: ignore[arg-type]

        monkeypatch.setattr(screens, "BUILDERS", {links.COLLECTION: fail})

        assert post() == 1
        assert [line[1] for line in list_log()] == ["waiting", "sent"]

    def test_an_analyst_of_one_organisation_gets_its_figures(self, reader: Actor) -> None:
        subscribe(reader, save(reader, query=QUERY))
        make_due()
        [(own,)] = fetch(
            "SELECT organization_id FROM account GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        )
        execute(
            "UPDATE login SET organization_id = :own WHERE id = :login",
            own=own,
            login=reader.login_id,
        )

        assert post() == 1

        limited = replace(reader, organization_id=own)
        [(_, _, body)] = list_letters()
        pages = [
            stored_pages.build_page(actor=actor, path=links.COLLECTION, query=QUERY).page
            for actor in (limited, reader)
        ]
        assert flatten(pages[0].panels[0].answer) in body
        assert flatten(pages[0].panels[1].answer) in body
        assert flatten(pages[1].panels[0].answer) not in body

    def test_a_free_query_is_not_sent(self, reader: Actor) -> None:
        with pytest.raises(SubscriptionRefused):
            subscribe(reader, save(reader, path=links.FREE_QUERY, query={"sql": "SELECT 1"}))

    def test_nobody_subscribes_to_a_view_that_they_may_not_open(self, reader: Actor) -> None:
        view_id = save(reader, query=QUERY)

        with pytest.raises(AccessDenied):
            subscribe(replace(reader, login_id=reader.login_id + 1000), view_id)


def test_a_letter_reaches_the_mail_server(reader: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribe(reader, save(reader, "Долги города", query=QUERY))
    make_due()
    assert post() == 1
    [(letter_id,)] = fetch("SELECT id FROM letter")
    with run_mail_server() as office:
        settings = config.get_settings().model_copy(update={"smtp_url": office.url})
        monkeypatch.setattr(config, "get_settings", lambda: settings)
        for _ in range(2):
            letters.send_letter(letter_id=letter_id)

    [message] = office.taken
    assert message["To"] == "analyst@example.org"
    assert str(message["Subject"]).startswith("Долги города: ")
    plain = message.get_body(("plain",))
    assert plain is not None
    assert "Приостановить эти письма: http" in plain.get_content()


class TestAtOnce:
    @pytest.fixture
    def subscriber(
        self, committed: str, manifest: Manifest, signed_in: Callable[..., Actor]
    ) -> Iterator[Actor]:
        assert committed
        store.put_manifest(replace(manifest, moment=clock.now()))
        execute("DELETE FROM insight_view; DELETE FROM letter")
        yield signed_in("analyst")
        execute("DELETE FROM insight_view; DELETE FROM letter")

    def test_two_workers_post_each_letter_once(self, subscriber: Actor) -> None:
        latest = find_month(subscriber)
        for occasion in (Occasion.WEEKLY, Occasion.MONTHLY, Occasion.CLOSING):
            subscribe(subscriber, save(subscriber, query=QUERY), Wish(occasion))
        wish = Wish(Occasion.BOUND, SHARE, is_above=True, bound="1")
        subscribe(subscriber, save(subscriber, query=QUERY), wish)
        make_due()
        execute(
            "UPDATE insight_subscription SET known_month = :month, is_beyond = false",
            month=periods.add_months(latest, -1),
        )

        with ThreadPoolExecutor(4) as workers:
            posted = list(workers.map(lambda _: post(), range(4)))

        assert sum(posted) == 4
        assert len(list_letters()) == 4
        assert [line[1] for line in list_log()] == ["sent"] * 4

    def test_a_double_click_subscribes_once(self, subscriber: Actor) -> None:
        view_id = save(subscriber, query=QUERY)

        def click(_: int) -> int:
            return subscriptions.subscribe(
                actor=subscriber,
                view_id=view_id,
                wish=Wish(Occasion.WEEKLY),
                request_key="the same",
                address=ADDRESS,
            )

        with ThreadPoolExecutor(4) as clicks:
            assert len(set(clicks.map(click, range(4)))) == 1


def test_the_copy_of_ones_data_has_views_subscriptions_and_letters(reader: Actor) -> None:
    from lib.services.people import _login_data

    subscribe(reader, save(reader, "Мой вид", query=QUERY))
    make_due()
    post()

    archive = _login_data.build_archive(login_id=reader.login_id)

    import io
    import json
    import zipfile

    content = zipfile.ZipFile(io.BytesIO(archive))
    [view] = json.loads(content.read("json/saved_views.json"))
    assert (view["name"], json.loads(view["query"])) == ("Мой вид", QUERY)
    [subscription] = json.loads(content.read("json/view_subscriptions.json"))
    assert subscription["occasion"] == "weekly"
    [line] = json.loads(content.read("json/view_letters.json"))
    assert line["outcome"] == "sent"
