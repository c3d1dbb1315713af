"""«Потребление»: figures by hand on made-up houses, and against the ledger on the demonstration."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import text

from db import session as database
from lib import links
from lib.access import Actor
from lib.domain.insight import outliers
from lib.domain.insight.answers import Page, Panel
from lib.domain.insight.outliers import HouseFigures
from lib.facts.reader import Facts
from lib.services.insight import screens
from lib.services.insight.consumption import screen as consumption
from tests.kit.insight.made_facts import Row, write_facts

OCTOBER, YEAR_AGO = dt.date(2026, 10, 1), dt.date(2025, 10, 1)
COLD, SEWER, HOT, POWER, LIFT = 1, 2, 3, 4, 5
HOUSES = range(1, 10)
NAMES = {1: "УК «Север»", 2: "УК «Юг»"}
MONTH = {"since": "2026-10", "until": "2026-10"}


def get_organization(house: int) -> int:
    return 1 if house <= 6 else 2


def make_rows(
    *, cold: dict[int, int] | None = None, hot_users: dict[int, int] | None = None
) -> dict[str, list[Row]]:
    """Nine houses of 12 accounts, 24 people and 500 square metres; 72 m³ of cold water each."""
    rows: dict[str, list[Row]] = {
        "organizations": [{"organization": key, "name": name} for key, name in NAMES.items()],
        "groups": [{"service_group": 1, "name": "Вода", "sort": 1, "purpose": "utilities"}],
        "services": [
            {"service": key, "service_group": 1, "name": name, "unit": unit, "basis": basis}
            for key, name, unit, basis in (
                (COLD, "ХВС", "куб.м", "meter"),
                (HOT, "ГВС", "м3", "meter"),
                (POWER, "Электроэнергия", "кВтч", "meter"),
                (LIFT, "Лифт", "кв.м", "area"),
            )
        ],
        "houses": [],
        "house_months": [],
        "charges_by_house": [],
        "house_volumes": [],
        "readings": [],
    }
    for house in HOUSES:
        where = {"organization": get_organization(house), "house": house}
        rows["houses"].append(where | {"street": "ул. Мира", "name": f"ул. Мира, д. {house}"})
        for period in (OCTOBER, YEAR_AGO):
            used = (cold or {}).get(house, 72) if period == OCTOBER else 60
            at: Row = where | {"period": period}
            people = {"accounts": 12, "residents": 24, "area": 500}
            rows["house_months"].append({**at, **people})
            rows["charges_by_house"] += [
                {
                    **at,
                    "service_group": 1,
                    "service": COLD,
                    "accounts": 12,
                    "metered": 9,
                    "averaged": 2,
                    "by_norm": 1,
                    "volume_own": used,
                    "accrued": 1000,
                },
                {**at, "service_group": 1, "service": LIFT, "accounts": 12, "accrued": 9000},
                {
                    **at,
                    "service_group": 1,
                    "service": HOT,
                    "accounts": (hot_users or {}).get(house, 12),
                    "volume_own": 48,
                    "accrued": 500,
                },
            ]
            rows["house_volumes"].append(
                {**at, "service": COLD, "metered": 75, "premises": 72, "common": 3}
            )
    return rows


def ask(facts: Facts, **query: str) -> Page:
    return consumption.build_page(screens.read_context(facts, MONTH | query))


def find(page: Page, key: str) -> Panel:
    return next(panel for panel in page.panels if panel.key == f"consumption.{key}")


def list_rows(page: Page, key: str) -> list[tuple[object, ...]]:
    table = find(page, key).table
    assert table is not None
    return list(table.list_rows())


class TestUse:
    def test_each_service_is_in_its_own_unit_and_the_largest_sum_comes_first(self) -> None:
        page = ask(write_facts(make_rows()))

        assert list_rows(page, "services") == [
            ("ХВС, м³", 648, 3, Decimal(3) / 12, Decimal("0.2")),
            ("ГВС, м³", 432, 2, 0, 0),
        ]
        assert page.tiles[0].value == 3
        assert page.tiles[0].change == "+20\N{NO-BREAK SPACE}%: год назад"

    def test_consumption_is_told_for_a_person_and_for_the_area(self) -> None:
        page = ask(write_facts(make_rows(cold={9: 216})))

        assert list_rows(page, "places") == [
            ("УК «Юг»", 360, 5, 24, 1),
            ("УК «Север»", 432, 3, Decimal("14.4"), Decimal("0.2")),
            ("Всего", 792, Decimal(792) / 216, Decimal("17.6"), Decimal(792) / 540 - 1),
        ]
        assert find(page, "places").answer == (
            "Больше всего: УК «Юг», 5 м³ на человека в месяц; меньше всего: УК «Север», 3."
        )

    def test_a_chosen_service_is_told_and_one_without_consumption_is_not(self) -> None:
        facts = write_facts(make_rows())

        hot, lift = ask(facts, service="ГВС"), ask(facts, service="Лифт")

        assert list_rows(hot, "months") == [("октябрь 2026", 432, 2, Decimal("9.6"), 0)]
        assert [panel.key for panel in lift.panels] == [
            "consumption.services",
            "consumption.channels",
            "consumption.days",
        ]
        assert lift.refusal == ""

    def test_months_without_anything_give_sentences(self) -> None:
        page = ask(write_facts(make_rows()), since="2026-01", until="2026-02")

        assert [panel.answer for panel in page.panels] == [
            "За эти месяцы нет расхода услуг, который можно показать.",
            "Показаний за эти месяцы нет.",
            "Показаний за эти месяцы нет.",
        ]

    def test_nothing_is_compared_without_a_compared_period(self) -> None:
        page = ask(write_facts(make_rows()), compared="none")

        assert list_rows(page, "months") == [("октябрь 2026", 648, 3, Decimal("14.4"))]
        assert find(page, "months").answer == "В среднем 3 м³ на человека в месяц."

    def test_spans_that_overlap_are_both_whole(self) -> None:
        rows = make_rows()
        for listed in (rows["house_months"], rows["charges_by_house"]):
            first = [row for row in listed if row["period"] == YEAR_AGO]
            listed += [{**row, "period": dt.date(2024, 10, 1)} for row in first]
        page = ask(write_facts(rows), since="2025-10", until="2026-10")

        services = list_rows(page, "services")

        assert services[0][1:3] == (648 + 540, Decimal(648 + 540) / 432)
        assert services[0][4] == (Decimal(648 + 540) / 432) / Decimal("2.5") - 1


class TestHouseMeter:
    def test_the_meter_of_the_house_is_told_against_the_flats(self) -> None:
        rows = make_rows()
        rows["house_volumes"][0] = {**rows["house_volumes"][0], "metered": 99}
        rows["house_volumes"].append(
            {"period": OCTOBER, "organization": 1, "house": 2, "service": COLD, "metered": 1000}
        )

        page = ask(write_facts(rows), organization="1", street="ул. Мира")

        assert list_rows(page, "balance")[:2] == [
            (
                "ул. Мира, д. 1",
                99,
                72,
                27,
                Decimal(99) / 72 - 1,
                3,
                Decimal(99) / 72 - Decimal(75) / 72,
            ),
            ("ул. Мира, д. 2", 75, 72, 3, Decimal(75) / 72 - 1, 3, 0),
        ]
        assert find(page, "balance").answer == (
            "Общедомовые счётчики показали на 9,7\N{NO-BREAK SPACE}% больше, чем квартиры "
            "вместе: разница 42 м³."
        )

    def test_a_house_is_told_by_month(self) -> None:
        page = ask(write_facts(make_rows()), organization="1", street="ул. Мира", house="3")

        assert [row[0] for row in list_rows(page, "balance")] == ["октябрь 2026"]
        assert [row[1:4] for row in list_rows(page, "methods")] == [
            (Decimal(9) / 12, Decimal(2) / 12, Decimal(1) / 12)
        ]
        assert "consumption.channels" not in [panel.key for panel in page.panels]


class TestOutliers:
    def test_each_house_that_stands_out_has_its_reason(self) -> None:
        rows = make_rows(cold={4: 173, 5: 30})
        for row in rows["charges_by_house"]:
            if (row["house"], row["service"], row["period"]) == (6, COLD, OCTOBER):
                row.update({"metered": 3, "averaged": 0, "by_norm": 9})  # type: ignore[attr-defined]
        rows["house_volumes"][14]["metered"] = 97  # type: ignore[index]

        page = ask(write_facts(rows))

        assert [row[:2] for row in list_rows(page, "outliers")] == [
            ("ул. Мира, д. 4", "расход на человека в 2,4\N{NO-BREAK SPACE}раза больше обычного"),
            ("ул. Мира, д. 6", "по нормативу 75\N{NO-BREAK SPACE}% квартир"),
            (
                "ул. Мира, д. 8",
                "дом по счётчику больше суммы квартир на 35\N{NO-BREAK SPACE}%",
            ),
            ("ул. Мира, д. 5", "расход на человека на 58\N{NO-BREAK SPACE}% меньше обычного"),
        ]
        assert find(page, "outliers").answer == "Выделяются 4 дома из 9."

    def test_few_houses_are_not_compared(self) -> None:
        page = ask(write_facts(make_rows(cold={9: 500})), organization="2")

        assert find(page, "outliers").answer.startswith("Сравнить дома нельзя")
        assert find(page, "outliers").table is None

    @pytest.mark.parametrize(
        ("values", "low", "middle", "high"),
        [
            (range(1, 10), -3, 5, 13),  # quartiles 3 and 7
            ([5] * 8, 5, 5, 5),
            (range(1, 9), -Decimal("2.5"), Decimal("4.5"), Decimal("11.5")),
        ],
    )
    def test_the_usual_range_is_the_middle_half_widened(
        self, values: list[int], low: Decimal, middle: Decimal, high: Decimal
    ) -> None:
        usual = outliers.find_usual([Decimal(value) for value in values])

        assert usual == outliers.Usual(Decimal(low), Decimal(middle), Decimal(high))

    def test_too_small_a_difference_is_no_reason(self) -> None:
        houses = [HouseFigures(per_person=Decimal(3), balance=Decimal("0.04"))] * 9
        usual = outliers.find_usual_figures(houses)

        odd = HouseFigures(per_person=Decimal("3.5"), balance=Decimal("0.08"))

        assert outliers.describe_outlier(odd, usual) == ""
        assert outliers.describe_outlier(HouseFigures(Decimal(36)), usual) == (
            "расход на человека в 12\N{NO-BREAK SPACE}раз больше обычного"
        )


class TestReadings:
    def make_readings(self, counts: dict[str, int], *, day: int = 24) -> list[Row]:
        """One reading a month from each account; accounts of a channel are its own."""
        return [
            {
                "period": period,
                "organization": 1,
                "house": 1,
                "account": place * 1000 + number,
                "meter": place * 1000 + number,
                "service": COLD,
                "zone": zone,
                "taken_on": period.replace(day=day + place),
                "source": source,
            }
            for period in (OCTOBER, YEAR_AGO)
            for place, (source, count) in enumerate(counts.items())
            for number in range(count)
            for zone in (1, 2)
        ]

    def test_channels_are_told_in_russian_and_a_dial_of_two_zones_once(self) -> None:
        rows = make_rows() | {"readings": self.make_readings({"resident": 60, "remote": 20})}

        page = ask(write_facts(rows))

        assert list_rows(page, "channels") == [
            ("житель", 60, Decimal("0.75"), 0),
            ("дистанционно", 20, Decimal("0.25"), 0),
        ]
        assert [row[:2] for row in list_rows(page, "days")] == [("24-е", 60), ("25-е", 20)]

    def test_channels_of_few_accounts_are_added_up(self) -> None:
        counts = {"resident": 60, "phone": 30, "bank": 12, "file": 3}
        rows = make_rows() | {"readings": self.make_readings(counts)}

        page = ask(write_facts(rows))

        assert [row[:3] for row in list_rows(page, "channels")] == [
            ("житель", 60, Decimal(60) / 105),
            ("по телефону", 30, Decimal(30) / 105),
            ("Остальные, где мало счетов", 15, Decimal(15) / 105),
        ]


class TestPrivacy:
    def test_a_house_with_few_accounts_of_a_service_is_withheld_for_it(self) -> None:
        facts = write_facts(make_rows(hot_users={3: 4}))
        street = {"organization": "1", "street": "ул. Мира"}

        hot, cold = ask(facts, service="ГВС", **street), ask(facts, service="ХВС", **street)

        names = [str(row[0]) for row in list_rows(hot, "places")]
        assert "ул. Мира, д. 3" not in names
        # the next smallest house goes with it, or the total would tell
        assert names[-2:] == ["Ещё 2 дома, где мало счетов", "Всего"]
        assert "ул. Мира, д. 3" in [row[0] for row in list_rows(cold, "places")]
        assert (
            "ул. Мира, д. 3" not in [line[0] for line in list_rows(hot, "methods")]
            if (find(hot, "methods").table)
            else True
        )
        refused = ask(facts, service="ГВС", house="3", **street)
        assert refused.refusal
        assert refused.panels == ()

    def test_an_analyst_of_one_organisation_sees_its_houses_alone(self) -> None:
        page = ask(write_facts(make_rows(), organization=2))

        assert list_rows(page, "places")[-1][1] == 216
        assert list_rows(page, "services")[0][1] == 216


class TestDemonstration:
    @pytest.mark.usefixtures("committed")
    def test_sums_agree_with_the_ledger(self, facts: Facts) -> None:
        context = screens.read_context(facts, {})
        since, until = context.view.since, context.view.until
        with database.transaction(database.OWNER) as session:
            query = text(
                "SELECT s.name, sum(l.volume_ind), sum(l.accrued) FROM accrual l "
                "JOIN service s ON s.id = l.service_id JOIN billing_period b "
                "ON b.sender_id = s.sender_id AND b.period = l.period AND b.status = 'closed' "
                "WHERE s.basis IN ('meter', 'house') AND l.period BETWEEN :since AND :until "
                "GROUP BY 1 ORDER BY 3 DESC"
            )
            ledger = list(session.execute(query, {"since": since, "until": until}))

        page = consumption.build_page(context)

        shown = list_rows(page, "services")
        assert len(shown) > 3
        sums = {str(name): own for name, own, _ in ledger}
        assert {str(row[0]).rpartition(",")[0]: row[1] for row in shown}.items() <= sums.items()

    @pytest.mark.usefixtures("facts")
    def test_the_screen_opens(self, analyst: Actor) -> None:
        found = screens.open_screen(
            actor=analyst, path=links.CONSUMPTION, query={}, address="203.0.113.5"
        )

        assert found.page.panels
