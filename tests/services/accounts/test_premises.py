"""Search of houses by a few words, and flats in natural order."""

import pytest

from lib.services.accounts import premises
from tests.kit.attaching import golden_claim
from tests.kit.identity import execute, fetch

pytestmark = pytest.mark.usefixtures("db")


def found(typed: str) -> list[str]:
    houses = premises.find_houses(organization_id=golden_claim().organization_id, typed=typed)
    return [house.address for house in houses]


def build(count: int) -> None:
    """Add houses to the golden organisation."""
    execute(
        "INSERT INTO house (sender_id, external_id, organization_id, city, street, house, building)"
        " SELECT sender_id, 'n' || n, organization_id, city, 'ул. Зелёная', "
        "(n + 1)::text, CASE n % 7 WHEN 0 THEN '2' END FROM house, "
        "generate_series(0, :count - 1) n WHERE external_id = 'h1' AND organization_id = :own",
        count=count,
        own=golden_claim().organization_id,
    )


class TestOrganizations:
    def test_are_those_that_serve_houses(self) -> None:
        names = [organization.name for organization in premises.list_organizations()]

        assert "ОАО «Камал»" in names
        assert "МП «Пример-Теплофикация»" not in names
        assert names == sorted(names)


class TestHouses:
    @pytest.mark.parametrize(
        "typed",
        [
            "гражд",
            "ул. Гражданская, д. 1",
            "гражданская 1 кв. 154",
            "1",
            "улица",
            "%",
            "магнит гражд 1",
        ],
    )
    def test_are_found_as_people_write(self, typed: str) -> None:
        assert found(typed) == ["Магнитогорск, ул. Гражданская, д. 1"]

    @pytest.mark.parametrize("typed", ["ражданская", "гражданская 2", "%ажд", "x' OR 1=1 --"])
    def test_are_not_found_by_other_words(self, typed: str) -> None:
        assert found(typed) == []

    def test_are_sorted_as_people_count(self) -> None:
        build(300)

        assert found("зеленая 1")[:3] == [
            "Магнитогорск, ул. Зелёная, д. 1, корп. 2",
            "Магнитогорск, ул. Зелёная, д. 10",
            "Магнитогорск, ул. Зелёная, д. 11",
        ]
        assert found("зелёная 36 к 2") == ["Магнитогорск, ул. Зелёная, д. 36, корп. 2"]

    def test_are_fifty_at_most_among_three_thousand(self) -> None:
        build(3000)
        execute("ANALYZE house")

        assert len(found("")) == premises.MOST_HOUSES
        assert len(found("зел 7")) == premises.MOST_HOUSES

    def test_a_long_search_text_is_cut(self) -> None:
        assert len(premises.split_search("слово " * 1000)) < 20


class TestPremises:
    def test_are_sorted_as_people_count(self) -> None:
        (house,) = fetch("SELECT house_id FROM premise WHERE external_id = 'p154' LIMIT 1")
        execute(
            "INSERT INTO premise (sender_id, external_id, house_id, number, kind) SELECT sender_id,"
            " 'n' || n, house_id, n, k FROM premise, (VALUES ('10', 'flat'), ('2', 'flat'), "
            "('12а', 'flat'), ('12', 'flat'), ('1', 'nonres')) p(n, k) "
            "WHERE external_id = 'p154' AND house_id = :house",
            house=house.house_id,
        )

        names = [premise.name for premise in premises.list_premises(house_id=house.house_id)]

        assert names == ["кв. 2", "кв. 10", "кв. 12", "кв. 12а", "кв. 154", "пом. 1"]
