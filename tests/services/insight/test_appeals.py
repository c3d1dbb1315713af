"""«Обращения»: figures by hand on made-up appeals, and on appeals that went through the portal."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from lib import clock, links
from lib.access import Actor
from lib.domain.appeals.rules import Status
from lib.domain.insight.answers import Page, Panel
from lib.facts import reader, store
from lib.facts.reader import Facts
from lib.services.insight import screens
from lib.services.insight.appeals import screen as appeals
from lib.services.insight.facts import refreshing
from tests.kit.appeals import add_staff_entry, send
from tests.kit.identity import execute, fetch
from tests.kit.insight.made_facts import Row, write_facts

OCTOBER, YEAR_AGO = dt.date(2026, 10, 1), dt.date(2025, 10, 1)
MONTH = {"since": "2026-10", "until": "2026-10"}
GAP = "\N{NO-BREAK SPACE}"
# organisations 1 and 2 have three houses each: of 200 accounts, of 100, and of 4 or 40
ACCOUNTS = {11: 200, 12: 100, 13: 4, 21: 200, 22: 100, 23: 40}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.clock.today", lambda: dt.date(2026, 11, 28))


def make_city() -> dict[str, list[Row]]:
    houses = [(house // 10, house) for house in ACCOUNTS]
    return {
        "organizations": [
            {"organization": key, "name": name}
            for key, name in ((1, "УК «Север»"), (2, "УК «Юг»"), (3, "Водоканал"))
        ],
        "houses": [
            {
                "organization": organization,
                "house": house,
                "street": "ул. Мира",
                "name": f"ул. Мира, д. {house}",
            }
            for organization, house in houses
        ],
        "house_months": [
            {
                "organization": organization,
                "house": house,
                "period": period,
                "accounts": ACCOUNTS[house],
            }
            for organization, house in houses
            for period in (OCTOBER, YEAR_AGO)
        ],
        "appeals": [],
    }


def write(
    house: int, count: int, *, period: dt.date = OCTOBER, first: int = 0, **changes: object
) -> list[Row]:
    """Make appeals of as many accounts of a house, each answered in a day and ended in two."""
    sent = dt.datetime.combine(period, dt.time(9))
    row: Row = {
        "period": period,
        "organization": house // 10,
        "house": house,
        "kind": "appeal",
        "topic": "charges",
        "status": "closed",
        "sent_at": sent,
        "due_on": period + dt.timedelta(days=14),
        "answered_at": sent + dt.timedelta(days=1),
        "ended_at": sent + dt.timedelta(days=2),
        "reopened": 0,
    }
    return [
        {**row, "account": house * 1000 + number, "appeal": house * 1000 + number, **changes}
        for number in range(first, first + count)
    ]


def open_facts(*written: list[Row], organization: int | None = None) -> Facts:
    rows = make_city()
    rows["appeals"] = [row for part in written for row in part]
    return write_facts(rows, organization=organization)


def ask(facts: Facts, **query: str) -> Page:
    return appeals.build_page(screens.read_context(facts, MONTH | query))


def find(page: Page, key: str) -> Panel:
    return next(panel for panel in page.panels if panel.key == f"appeals.{key}")


def list_rows(page: Page, key: str) -> list[tuple[object, ...]]:
    table = find(page, key).table
    return [] if table is None else list(table.list_rows())


def list_tiles(page: Page) -> dict[str, object]:
    return {tile.key.partition(".")[2]: tile.value for tile in page.tiles}


class TestVolume:
    def test_appeals_are_counted_by_month_against_the_year_before(self) -> None:
        page = ask(open_facts(write(11, 30), write(11, 20, period=YEAR_AGO)))

        assert list_rows(page, "months") == [
            ("октябрь 2026", 30, 20, Decimal("0.5")),
            ("Всего", 30, 20, Decimal("0.5")),
        ]
        assert find(page, "months").answer == (
            "За эти месяцы – 30 обращений, 46,6 на 1 000 счетов; на "
            f"50{GAP}% больше, чем год назад."
        )

    def test_orders_of_paid_services_are_no_appeals(self) -> None:
        page = ask(open_facts(write(11, 12), write(11, 9, first=50, kind="paid_service")))

        assert list_tiles(page)["count"] == 12

    def test_no_appeals_give_a_sentence(self) -> None:
        page = ask(open_facts())

        assert [panel.answer for panel in page.panels] == ["За эти месяцы обращений не было."]
        assert list_rows(page, "months") == [
            ("октябрь 2026", 0, None, None),
            ("Всего", 0, None, None),
        ]
        assert list_tiles(page) == {"count": 0, "answer_days": None}

    def test_a_month_without_appeals_is_a_zero(self) -> None:
        page = ask(open_facts(write(11, 12)), since="2026-08", until="2026-10")

        assert [row[1] for row in list_rows(page, "months")] == [0, 0, 12, 12]


class TestPlaces:
    def test_appeals_for_a_thousand_accounts_are_told_by_place(self) -> None:
        written = open_facts(write(11, 30), write(21, 17), write(11, 10, period=YEAR_AGO))

        assert list_rows(ask(written), "places") == [
            ("УК «Север»", 30, Decimal(30) / 304 * 1000, 10, 2),
            ("УК «Юг»", 17, 50, 0, None),
            ("Всего", 47, Decimal(47) / 644 * 1000, 10, Decimal("3.7")),
        ]

    def test_houses_where_appeals_grow_are_told_and_lead_there(self) -> None:
        facts = open_facts(write(11, 3), write(22, 14), write(22, 5, period=YEAR_AGO), write(12, 1))

        panel = find(ask(facts), "houses")

        assert panel.table is not None
        assert [(line.name, line.values[0]) for line in panel.table.lines] == [
            ("ул. Мира, д. 22", Decimal(14)),
            ("ул. Мира, д. 11", Decimal(3)),
        ]
        assert panel.answer == (
            "Сильнее всего выросло: ул. Мира, д. 22, на 9 обращений больше, чем год назад."
        )
        lead = panel.table.lines[0].leads
        assert lead is not None
        assert lead.place.house == 22

    def test_a_house_of_few_accounts_is_never_told(self) -> None:
        facts = open_facts(write(13, 4), write(11, 12))

        page = ask(facts, organization="1", street="ул. Мира")

        assert [row[0] for row in list_rows(page, "places")] == [
            "ул. Мира, д. 11",
            "Ещё 2 дома, где мало счетов",
            "Всего",
        ]
        assert [row[0] for row in list_rows(page, "houses")] == ["ул. Мира, д. 11"]

    def test_a_house_that_no_closed_month_tells_of_is_withheld(self) -> None:
        rows = make_city()
        rows["houses"].append(
            {"organization": 1, "house": 14, "street": "ул. Мира", "name": "ул. Мира, д. 14"}
        )
        rows["appeals"] = [*write(14, 1), *write(11, 12)]
        facts = write_facts(rows)
        street = {"organization": "1", "street": "ул. Мира"}

        page, refused = ask(facts, **street), ask(facts, **street, house="14")

        assert "д. 14" not in repr(page)
        assert refused.refusal

    def test_of_a_house_its_appeals_are_counted_and_nothing_else_is_told(self) -> None:
        facts = open_facts(write(11, 3, rating=1, topic="lift"))

        page = ask(facts, organization="1", street="ул. Мира", house="11")

        assert [panel.key for panel in page.panels] == ["appeals.months", "appeals.pace"]
        assert list_tiles(page) == {"count": 3, "answer_days": None}
        assert find(page, "pace").table is None


class TestPace:
    def test_half_and_nine_of_ten_are_told(self) -> None:
        sent = dt.datetime.combine(OCTOBER, dt.time(9))
        written = [
            write(11, 1, first=day, answered_at=sent + dt.timedelta(days=day), ended_at=None)
            for day in range(1, 12)
        ]

        page = ask(open_facts(*written))

        assert list_rows(page, "pace") == [("октябрь 2026", 6, 10, None, None, None)]
        assert find(page, "pace").answer == (
            "Половина получает первый ответ за 6 дней, 9 из 10 – за 10 дней."
        )

    def test_answers_to_few_accounts_are_not_told(self) -> None:
        page = ask(
            open_facts(
                write(11, 9, ended_at=None),
                write(11, 9, first=50, answered_at=None, ended_at=None),
            )
        )

        assert list_tiles(page)["answer_days"] is None
        assert list_rows(page, "pace") == []

    def test_an_answer_after_the_date_or_none_until_today_is_late(self) -> None:
        late = dt.datetime.combine(dt.date(2026, 10, 16), dt.time(9))
        facts = open_facts(
            write(11, 12),
            write(11, 3, first=20, answered_at=late),
            write(11, 2, first=30, answered_at=None, ended_at=None),
            write(11, 2, first=40, answered_at=None),  # declined in time, without an answer
            write(11, 1, first=50, answered_at=None, ended_at=None, due_on=dt.date(2026, 12, 1)),
            write(11, 4, first=60, due_on=None),
            write(11, 1, first=70, reopened=2),
        )

        tiles = list_tiles(ask(facts))

        assert tiles["late"] == Decimal(5) / 21
        assert tiles["reopened"] == Decimal(1) / 25

    def test_answering_organisations_are_told_whoever_manages_the_house(self) -> None:
        facts = open_facts(
            write(11, 20, rating=4),
            write(21, 15, organization=3, due_on=dt.date(2026, 10, 1)),
            write(21, 12, first=50),
        )

        rows = list_rows(ask(facts), "late")

        assert [row[:5] for row in rows] == [
            ("УК «Север»", 20, 0, 0, 4),
            ("Водоканал", 15, 1, 0, None),
            ("УК «Юг»", 12, 0, 0, None),
            ("Всего", 47, Decimal(15) / 47, 0, 4),
        ]
        assert find(ask(facts), "late").answer == (
            f"Чаще других позже срока отвечает Водоканал: 100{GAP}% обращений."
        )


class TestTopics:
    def test_topics_are_told_in_russian_with_what_has_grown(self) -> None:
        facts = open_facts(
            write(11, 30),
            write(11, 20, first=50, topic="lift"),
            write(11, 25, period=YEAR_AGO),
            write(11, 10, first=50, period=YEAR_AGO, topic="lift"),
        )

        page = ask(facts)

        assert list_rows(page, "topics") == [
            ("Начисления и перерасчёт", 30, Decimal("0.6"), 0, 25, Decimal("0.2")),
            ("Лифт", 20, Decimal("0.4"), 0, 10, 1),
            ("Всего", 50, 1, 0, 35, Decimal(50) / 35 - 1),
        ]
        assert find(page, "topics").answer == (
            f"Чаще всего: Начисления и перерасчёт (60{GAP}%); сильнее всего выросла тема "
            f"«Лифт»: на 100{GAP}% больше, чем год назад."
        )

    def test_a_topic_of_few_accounts_is_withheld_with_the_next_smallest(self) -> None:
        facts = open_facts(
            write(11, 30),
            write(11, 12, first=50, topic="lift"),
            write(11, 2, first=80, topic="waste"),
        )

        rows = list_rows(ask(facts), "topics")

        assert [row[:2] for row in rows] == [
            ("Начисления и перерасчёт", 30),
            ("Остальные, где мало счетов", 14),
            ("Всего", 44),
        ]

    def test_many_appeals_of_few_accounts_are_few(self) -> None:
        """Nine people wrote on two topics: together they are nine, not eighteen."""
        facts = open_facts(
            write(11, 30),
            write(11, 9, first=50, topic="lift"),
            write(11, 9, first=50, topic="waste"),
        )

        page = ask(facts)

        assert list_rows(page, "topics") == []
        assert find(page, "topics").answer.startswith("Обращений слишком мало")

    def test_the_month_in_which_views_differ_cannot_be_had(self) -> None:
        """The topic has 40 accounts in a year, but 2 in one month."""
        september = dt.date(2026, 9, 1)
        facts = open_facts(
            write(11, 60),
            write(11, 60, period=september),
            write(11, 20, first=90, topic="lift"),
            write(11, 2, first=90, period=september, topic="lift"),
            write(11, 25, first=120, topic="waste"),
            write(11, 25, first=120, period=september, topic="waste"),
        )

        both = ask(facts, since="2026-09", until="2026-10", compared="none")

        assert [row[0] for row in list_rows(both, "topics")] == [
            "Начисления и перерасчёт",
            "Остальные, где мало счетов",
            "Всего",
        ]

    def test_an_organisation_does_not_show_what_the_city_would_tell_of_another(self) -> None:
        facts = open_facts(
            write(11, 30),
            write(21, 30),
            write(11, 20, first=90, topic="lift"),
            write(21, 3, first=90, topic="lift"),
        )

        city, north = ask(facts), ask(facts, organization="1")

        assert ("Лифт", 23) in [row[:2] for row in list_rows(city, "topics")]
        assert "Лифт" not in repr(find(north, "topics"))


class TestRatings:
    def test_the_average_and_the_ratings_are_told(self) -> None:
        facts = open_facts(write(11, 15, rating=5), write(11, 10, first=50, rating=2))

        page = ask(facts)

        assert list_tiles(page)["rating"] == Decimal(95) / 25
        assert [row[:3] for row in list_rows(page, "ratings")] == [
            ("5", 15, Decimal("0.6")),
            ("2", 10, Decimal("0.4")),
            ("Всего", 25, 1),
        ]
        assert find(page, "ratings").answer == "Средняя оценка – 3,8 из 5."


class TestOrganization:
    def test_an_analyst_of_an_organisation_sees_what_it_answers(self) -> None:
        facts = open_facts(
            write(11, 20), write(12, 15, organization=2), write(21, 30), organization=1
        )

        page = ask(facts)

        assert list_tiles(page)["count"] == 20
        assert "Юг" not in repr(page)


@pytest.fixture
def sent(committed: str, signed_in: Callable[..., Actor]) -> Iterator[int]:
    """An appeal that was sent and answered in the portal, in the facts."""
    resident, clerk = signed_in("resident"), signed_in("staff")
    before = fetch("SELECT max(id) AS id FROM appeal")[0].id or 0
    appeal_id, _ = send(resident)
    add_staff_entry(clerk, appeal_id, to=(Status.IN_PROGRESS, Status.COMPLETED))
    known = store.find_manifest()
    assert known is not None
    refreshing.refresh_facts()
    yield appeal_id
    for table, key in (("appeal_entry", "appeal_id"), ("appeal", "id")):
        execute(f"DELETE FROM {table} WHERE {key} > :before", before=before)
    store.put_manifest(known)


@pytest.mark.usefixtures("manifest")
class TestPortal:
    def test_an_appeal_of_the_portal_is_counted_in_its_month(
        self, sent: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.undo()
        manifest = store.find_manifest()
        assert manifest is not None
        facts = reader.open_facts(manifest, organization=None)
        until = clock.today().replace(day=1)
        since = screens.find_latest(facts)
        rows = fetch(
            "SELECT count(*) AS n FROM appeal WHERE kind = 'appeal' "
            "AND (sent_at AT TIME ZONE 'Asia/Yekaterinburg')::date >= :since",
            since=since,
        )

        page = ask(facts, since=f"{since:%Y-%m}", until=f"{until:%Y-%m}")

        assert list_tiles(page)["count"] == rows[0].n
        assert sent
        reader._open.clear()

    def test_the_screen_opens(self, analyst: Actor) -> None:
        found = screens.open_screen(
            actor=analyst, path=links.INSIGHT_APPEALS, query={}, address="203.0.113.5"
        )

        assert found.page.panels
