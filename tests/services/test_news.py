"""News: recipients, authors, and simultaneous changes."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from db import session as database
from db.queries.news.letters import list_recipients
from lib import clock
from lib.access import AccessDenied, Actor, Role
from lib.domain.news import Audience, Draft, Kind, NewsRefused, State
from lib.exchange.verdict import Verdict
from lib.services.news import desk, feed, publication
from lib.services.news import letters as news_letters
from lib.services.news.publication import NewsChanged, NewsWithdrawn
from lib.services.packages import importing
from tests.kit.faults import Package

ADDRESS = "192.0.2.1"
DRAFT = Draft(Kind.NEWS, "Собрание жильцов", "Приходите **все**.", Audience.ORGANIZATION)
OUTAGE = Draft(
    Kind.OUTAGE,
    "Не будет воды",
    "Меняем трубу.",
    Audience.HOUSES,
    begins="01.02.2100 09:00",
    ends="01.02.2100 17:00",
    is_pinned=True,
)


def execute(statement: str, **values: object) -> None:
    with database.transaction(database.OWNER) as session:
        session.execute(text(statement), values)


def fetch(statement: str, **values: object) -> list[Any]:
    with database.transaction(database.OWNER) as session:
        return list(session.execute(text(statement), values))


@pytest.fixture(autouse=True)
def _no_news(db: object) -> None:
    execute("DELETE FROM news_read")
    execute("DELETE FROM news_house")
    execute("DELETE FROM news")


@pytest.fixture
def staff(signed_in: Callable[..., Actor]) -> Actor:
    return signed_in("staff")


@pytest.fixture
def others(staff: Actor) -> Actor:
    """Staff of another organisation that manages houses."""
    [row] = fetch("SELECT min(id) AS id FROM organization WHERE kind = 'tsg'")
    return replace(staff, login_id=staff.login_id + 1000, organization_id=row.id)


@pytest.fixture
def centre(staff: Actor) -> Actor:
    [row] = fetch("SELECT min(id) AS id FROM organization WHERE kind = 'rc'")
    return replace(staff, login_id=staff.login_id + 2000, organization_id=row.id)


@pytest.fixture
def neighbour(resident: Actor) -> Actor:
    """A resident of another house of another organisation."""
    [row] = fetch(
        "SELECT a.id FROM account a JOIN organization o ON o.id = a.organization_id "
        "WHERE o.kind = 'tsg' ORDER BY a.id LIMIT 1"
    )
    return replace(resident, accounts=(row.id,), login_id=resident.login_id)


@pytest.fixture
def house(staff: Actor) -> int:
    [row] = fetch("SELECT id FROM house WHERE organization_id = :own", own=staff.organization_id)
    return int(row.id)


_keys: Iterator[int] = iter(range(10_000))


def publish(actor: Actor, draft: Draft = DRAFT, key: str = "") -> int:
    return publication.publish_news(
        actor=actor, draft=draft, request_key=key or f"k{next(_keys)}", address=ADDRESS
    )


def manage(house: int, staff: Actor) -> None:
    """Let another organisation manage a house; its accounts keep their organisation."""
    execute(
        "UPDATE house SET organization_id = :other WHERE id = :house",
        other=staff.organization_id,
        house=house,
    )


def titles(actor: Actor) -> list[str]:
    return [item.title for item in feed.list_news(actor=actor).items]


class TestReach:
    def test_news_of_an_organisation_reach_only_its_residents(
        self, staff: Actor, resident: Actor, neighbour: Actor
    ) -> None:
        key = publish(staff)

        assert titles(resident) == ["Собрание жильцов"]
        assert titles(neighbour) == []
        assert titles(replace(resident, accounts=())) == []
        with pytest.raises(AccessDenied):
            feed.open_news(actor=neighbour, news_id=key)

    def test_news_of_a_houses_manager_reach_all_its_accounts(
        self, others: Actor, resident: Actor, house: int
    ) -> None:
        publish(others)
        assert titles(resident) == []

        manage(house, others)

        assert titles(resident) == ["Собрание жильцов"]

    def test_an_outage_of_a_house_reaches_only_that_house(
        self, staff: Actor, resident: Actor, neighbour: Actor, house: int
    ) -> None:
        publish(staff, replace(OUTAGE, houses=(house,)))

        [found] = feed.list_outages(actor=resident)
        assert (found.title, found.is_now) == ("Не будет воды", False)
        assert (found.begins_at.hour, found.ends_at.hour) == (9, 17)
        assert feed.list_outages(actor=neighbour) == ()
        assert titles(neighbour) == []

    def test_another_house_of_the_same_organisation_gets_nothing(
        self, staff: Actor, resident: Actor, house: int
    ) -> None:
        execute(
            "INSERT INTO house (sender_id, external_id, organization_id, city, house) SELECT "
            "sender_id, 'other', organization_id, city, '99' FROM house WHERE id = :id",
            id=house,
        )
        [row] = fetch("SELECT id FROM house WHERE external_id = 'other'")

        publish(staff, replace(OUTAGE, houses=(row.id,)))

        assert titles(resident) == []

    def test_the_centre_reaches_everybody(
        self, centre: Actor, resident: Actor, neighbour: Actor
    ) -> None:
        publish(centre, replace(DRAFT, audience=Audience.EVERYBODY))

        assert titles(resident) == titles(neighbour) == ["Собрание жильцов"]
        assert titles(replace(resident, accounts=())) == []

    def test_only_the_centre_may_address_everybody(self, staff: Actor, centre: Actor) -> None:
        assert desk.get_reach(actor=staff).audiences == (
            Audience.ORGANIZATION,
            Audience.HOUSES,
        )
        assert desk.get_reach(actor=centre).audiences[0] is Audience.EVERYBODY
        with pytest.raises(AccessDenied):
            publish(staff, replace(DRAFT, audience=Audience.EVERYBODY))
        with pytest.raises(NewsRefused):
            publish(staff, replace(DRAFT, audience=Audience.SENDER))

    def test_houses_of_other_organisations_are_refused(self, others: Actor, house: int) -> None:
        assert house not in desk.get_reach(actor=others).houses
        with pytest.raises(AccessDenied):
            publish(others, replace(OUTAGE, houses=(house,)))

    def test_a_supplier_may_write_to_the_houses_of_its_billing(
        self, staff: Actor, resident: Actor, house: int
    ) -> None:
        [row] = fetch(
            "SELECT o.id FROM organization o JOIN house h ON h.sender_id = o.sender_id "
            "WHERE h.id = :house AND o.kind = 'rso' ORDER BY o.id LIMIT 1",
            house=house,
        )
        supplier = replace(staff, organization_id=row.id)

        assert desk.get_reach(actor=supplier).audiences == (Audience.HOUSES,)
        publish(supplier, replace(OUTAGE, houses=(house,)))

        assert titles(resident) == ["Не будет воды"]

    @pytest.mark.parametrize("role", [Role.RESIDENT, Role.ANALYST, Role.ADMIN])
    def test_other_roles_write_nothing(self, staff: Actor, role: Role) -> None:
        with pytest.raises(AccessDenied):
            publish(replace(staff, role=role))

    def test_staff_cannot_read_a_residents_feed(self, staff: Actor) -> None:
        with pytest.raises(AccessDenied):
            feed.list_news(actor=staff)


class TestTime:
    def test_scheduled_news_appear_at_their_time(self, staff: Actor, resident: Actor) -> None:
        when = clock.local(clock.now()) + dt.timedelta(days=2)
        key = publish(staff, replace(DRAFT, at=f"{when:%d.%m.%Y %H:%M}"))

        assert titles(resident) == []
        with pytest.raises(AccessDenied):
            feed.open_news(actor=resident, news_id=key)
        assert desk.get_news(actor=staff, news_id=key).state is State.SCHEDULED
        execute("UPDATE news SET published_at = now() - interval '1 minute'")
        assert titles(resident) == ["Собрание жильцов"]

    def test_news_are_unpinned_when_they_are_over(
        self, staff: Actor, resident: Actor, house: int
    ) -> None:
        publish(staff, replace(OUTAGE, houses=(house,)))
        publish(staff)
        assert titles(resident) == ["Не будет воды", "Собрание жильцов"]

        execute(
            "UPDATE news SET begins_at = now() - interval '2 hours', "
            "ends_at = now() - interval '1 hour' WHERE kind = 'outage'"
        )

        assert titles(resident) == ["Собрание жильцов", "Не будет воды"]
        assert feed.list_outages(actor=resident) == ()

    def test_a_running_outage_is_current(self, staff: Actor, resident: Actor, house: int) -> None:
        publish(staff, replace(OUTAGE, houses=(house,)))
        execute("UPDATE news SET begins_at = now() - interval '1 hour'")

        assert feed.list_outages(actor=resident)[0].is_now

    @pytest.mark.parametrize(
        "wrong",
        [
            {"begins": ""},
            {"begins": "завтра"},
            {"ends": "01.02.2100 08:00"},
            {"ends": "31.02.2100 08:00"},
            {"at": "01.01.2300 00:00"},
            {"at": "25.10.2026"},
            {"title": "  "},
            {"title": "я" * 161},
            {"body": "\n"},
            {"houses": ()},
        ],
    )
    def test_refuses_impossible_drafts(
        self, staff: Actor, house: int, wrong: dict[str, Any]
    ) -> None:
        with pytest.raises(NewsRefused):
            publish(
                staff,
                replace(OUTAGE, houses=(house,), **(wrong))
                if "houses" not in wrong
                else replace(OUTAGE, **wrong),
            )

        assert fetch("SELECT id FROM news") == []


class TestReading:
    def test_news_opened_once_are_read(self, staff: Actor, resident: Actor) -> None:
        key = publish(staff)
        publish(staff)
        assert feed.list_news(actor=resident).unread == 2

        feed.open_news(actor=resident, news_id=key)
        feed.open_news(actor=resident, news_id=key)

        found = feed.list_news(actor=resident)
        assert (found.found, found.unread) == (2, 1)
        assert [item.is_read for item in found.items if item.news_id == key] == [True]

    def test_marking_all_as_read_affects_only_ones_own(
        self, staff: Actor, others: Actor, resident: Actor
    ) -> None:
        publish(staff)
        publish(staff)
        publish(others)

        feed.mark_all_read(actor=resident)
        feed.mark_all_read(actor=resident)

        assert feed.list_news(actor=resident).unread == 0
        assert fetch("SELECT count(*) FROM news_read") == [(2,)]

    def test_has_pages_without_gaps(self, staff: Actor, resident: Actor) -> None:
        for number in range(feed.PAGE + 3):
            publish(staff, replace(DRAFT, title=f"Новость {number}"))

        first = feed.list_news(actor=resident)
        second = feed.list_news(actor=resident, page=2)

        assert [item.title for item in (*first.items, *second.items)] == [
            f"Новость {number}" for number in reversed(range(feed.PAGE + 3))
        ]
        assert first.found == second.found == feed.PAGE + 3
        assert feed.list_news(actor=resident, page=10**18).items == ()


class TestWriting:
    def test_a_repeated_request_publishes_once(self, staff: Actor) -> None:
        assert publish(staff, key="one") == publish(staff, key="one")
        assert desk.list_news(actor=staff).found == 1

    def test_staff_of_another_organisation_neither_see_nor_change_nor_withdraw(
        self, staff: Actor, others: Actor, resident: Actor
    ) -> None:
        key = publish(staff)

        assert desk.list_news(actor=others).items == ()
        with pytest.raises(AccessDenied):
            desk.get_news(actor=others, news_id=key)
        with pytest.raises(AccessDenied):
            publication.change_news(
                actor=others, news_id=key, draft=DRAFT, version=0, address=ADDRESS
            )
        with pytest.raises(AccessDenied):
            publication.withdraw_news(actor=others, news_id=key, reason="нет", address=ADDRESS)
        assert titles(resident) == ["Собрание жильцов"]

    def test_a_second_author_does_not_overwrite_the_first(
        self, staff: Actor, resident: Actor
    ) -> None:
        key = publish(staff)
        colleague = replace(staff, full_name="Сидорова Ольга")
        mine, theirs = replace(DRAFT, title="Моё"), replace(DRAFT, title="Её")

        publication.change_news(
            actor=colleague, news_id=key, draft=theirs, version=0, address=ADDRESS
        )
        with pytest.raises(NewsChanged, match=r"Сидорова Ольга.*заголовок"):
            publication.change_news(
                actor=staff, news_id=key, draft=mine, version=0, address=ADDRESS
            )

        assert titles(resident) == ["Её"]
        publication.change_news(actor=staff, news_id=key, draft=mine, version=1, address=ADDRESS)
        assert titles(resident) == ["Моё"]
        assert feed.list_news(actor=resident).items[0].changed_at is not None

    def test_a_double_click_on_saving_is_one_change(self, staff: Actor) -> None:
        key = publish(staff)
        for _ in range(2):
            publication.change_news(
                actor=staff,
                news_id=key,
                draft=replace(DRAFT, body="Иначе"),
                version=0,
                address=ADDRESS,
            )

        assert desk.get_news(actor=staff, news_id=key).version == 1

    def test_houses_can_be_replaced(self, staff: Actor, resident: Actor, house: int) -> None:
        key = publish(staff)

        publication.change_news(
            actor=staff,
            news_id=key,
            draft=replace(DRAFT, audience=Audience.HOUSES, houses=(house,)),
            version=0,
            address=ADDRESS,
        )

        assert desk.get_news(actor=staff, news_id=key).houses == (house,)
        assert titles(resident) == ["Собрание жильцов"]
        publication.change_news(actor=staff, news_id=key, draft=DRAFT, version=1, address=ADDRESS)
        assert desk.get_news(actor=staff, news_id=key).houses == ()

    def test_withdrawn_news_are_hidden_from_residents_and_stored_with_a_reason(
        self, staff: Actor, resident: Actor
    ) -> None:
        key = publish(staff)
        with pytest.raises(NewsRefused):
            publication.withdraw_news(actor=staff, news_id=key, reason=" ", address=ADDRESS)

        publication.withdraw_news(actor=staff, news_id=key, reason="Ошибка", address=ADDRESS)
        publication.withdraw_news(actor=staff, news_id=key, reason="Другая", address=ADDRESS)

        assert titles(resident) == []
        news = desk.get_news(actor=staff, news_id=key)
        assert news.state is State.WITHDRAWN
        assert news.withdrawn is not None
        assert news.withdrawn[2] == "Ошибка"
        with pytest.raises(NewsWithdrawn):
            publication.change_news(
                actor=staff, news_id=key, draft=DRAFT, version=0, address=ADDRESS
            )

    def test_the_log_records_who_did_what(self, staff: Actor) -> None:
        key = publish(staff)
        publication.withdraw_news(actor=staff, news_id=key, reason="Ошибка", address=ADDRESS)

        logged = fetch(
            "SELECT action, username, details FROM audit_event WHERE action ~ '^news' ORDER BY id"
        )
        assert [(row.action, row.username) for row in logged] == [
            ("news_published", "staff"),
            ("news_withdrawn", "staff"),
        ]
        assert logged[1].details["reason"] == "Ошибка"


class TestLetters:
    @pytest.fixture
    def agreed(self, resident: Actor) -> None:
        execute(
            "INSERT INTO consent (login_id, purpose, text_version, given_at) "
            "VALUES (:login, 'news', '1', now())",
            login=resident.login_id,
        )

    def letters(self) -> list[tuple[str, str]]:
        return [(row.recipient, row.subject) for row in fetch("SELECT * FROM letter ORDER BY id")]

    @pytest.mark.usefixtures("agreed")
    def test_are_sent_once_to_those_who_consented(self, staff: Actor, others: Actor) -> None:
        publish(staff)
        publish(others)

        assert news_letters.post_letters() == 1
        assert news_letters.post_letters() == 0

        assert self.letters() == [("resident@example.org", "Собрание жильцов")]

    def test_are_not_sent_without_consent(self, staff: Actor) -> None:
        publish(staff)

        assert news_letters.post_letters() == 0

    @pytest.mark.usefixtures("agreed")
    def test_are_not_sent_about_scheduled_withdrawn_or_old_news(self, staff: Actor) -> None:
        when = clock.local(clock.now()) + dt.timedelta(days=2)
        publish(staff, replace(DRAFT, at=f"{when:%d.%m.%Y %H:%M}"))
        withdrawn = publish(staff)
        publication.withdraw_news(actor=staff, news_id=withdrawn, reason="Ошибка", address=ADDRESS)
        old = publish(staff)
        execute("UPDATE news SET published_at = now() - interval '9 days' WHERE id = :i", i=old)

        assert news_letters.post_letters() == 0

    @pytest.mark.usefixtures("agreed")
    def test_give_the_time_of_an_outage(self, staff: Actor, house: int) -> None:
        key = publish(staff, replace(OUTAGE, houses=(house,), body="<b>Вода</b> **уйдёт**"))
        news_letters.post_letters()

        [row] = fetch("SELECT body_text, body_html FROM letter")
        assert "Когда: 1 февраля 2100 года, 9:00–17:00" in row.body_text
        assert f"/news?id={key}" in row.body_text
        assert "<b>Вода</b> уйдёт" in row.body_text
        assert "<b>Вода" not in row.body_html

    @pytest.mark.usefixtures("agreed")
    def test_a_batch_continues_after_the_previous_one(
        self, staff: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(news_letters, "BATCH", 1)
        publish(staff)

        assert news_letters.post_letters() == 1
        assert len(self.letters()) == 1
        assert fetch("SELECT count(*) FROM news WHERE told_at IS NULL") == [(0,)]


@pytest.mark.parametrize("is_managed_by_others", [False, True])
def test_letters_and_feeds_have_the_same_recipients(
    staff: Actor, others: Actor, centre: Actor, house: int, is_managed_by_others: bool
) -> None:
    """The rule exists twice: in visible_news() and in the statement for letters."""
    publish(staff)
    publish(staff, replace(OUTAGE, houses=(house,)))
    publish(others)
    publish(centre, replace(DRAFT, audience=Audience.EVERYBODY))
    execute(
        "INSERT INTO consent (login_id, purpose, text_version, given_at) "
        "SELECT id, 'news', '1', now() FROM login WHERE username = 'resident'"
    )
    [login] = fetch("SELECT id FROM login WHERE username = 'resident'")
    accounts = fetch(
        "SELECT DISTINCT ON (organization_id) id FROM account ORDER BY organization_id, id"
    )
    all_news = [row.id for row in fetch("SELECT id FROM news")]
    if is_managed_by_others:
        manage(house, others)
    for account in accounts:
        execute("DELETE FROM account_access WHERE login_id = :login", login=login.id)
        execute(
            "INSERT INTO account_access (login_id, account_id, level) "
            "VALUES (:login, :account, 'owner')",
            login=login.id,
            account=account.id,
        )
        viewer = replace(_resident(login.id), accounts=(account.id,))
        seen = {item.news_id for item in feed.list_news(actor=viewer).items}
        with database.transaction(database.OPERATOR) as session:
            recipients = {
                key
                for key in all_news
                if list_recipients(session, news_id=key, after=0, limit=9, now=clock.now())
            }
        assert seen == recipients


def _resident(login_id: int) -> Actor:
    return Actor(login_id, "resident", "Сергей", "Муравьев Сергей", Role.RESIDENT)


class TestOfBilling:
    """News from packages appear in the same list, as plain text."""

    def deliver(self, folder: Path, body: str = "Строка <b>1</b>\nСтрока 2") -> None:
        row = {"news_id": "n1", "published_on": "2014-10-01", "title": "От расчётного центра"}
        package = Package.of({"news": [row | {"body": body}]}, mode="delta", period="2014-11")
        outcome = importing.import_package(package.write(folder))
        assert outcome.verdict is Verdict.IMPORTED, outcome.findings

    def test_reach_the_residents_of_that_billing(
        self, tmp_path: Path, resident: Actor, neighbour: Actor, staff: Actor
    ) -> None:
        self.deliver(tmp_path)

        [item] = feed.list_news(actor=resident).items
        assert item.html == "<p>Строка &lt;b&gt;1&lt;/b&gt;<br>Строка 2</p>"
        assert f"{item.published_at:%d.%m.%Y %H:%M}" == "01.10.2014 00:00"  # in the centre's zone
        assert titles(neighbour) == []
        [news] = desk.list_news(actor=staff).items
        with pytest.raises(NewsRefused, match="программа начислений"):
            publication.change_news(
                actor=staff, news_id=news.news_id, draft=DRAFT, version=0, address=ADDRESS
            )

    def test_are_corrected_by_billing_and_stay_withdrawn(
        self, tmp_path: Path, resident: Actor, staff: Actor
    ) -> None:
        self.deliver(tmp_path)
        self.deliver(tmp_path, "Исправлено")
        [item] = feed.list_news(actor=resident).items
        assert item.html == "<p>Исправлено</p>"
        publication.withdraw_news(
            actor=staff, news_id=item.news_id, reason="Ошибка", address=ADDRESS
        )

        self.deliver(tmp_path, "И снова")

        assert titles(resident) == []
