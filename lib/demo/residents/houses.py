"""Houses: drawn by the distribution of DOMAIN §8.3 until they hold the accounts asked for."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from lib.demo import amounts, chance
from lib.demo.reference import oddities
from lib.demo.reference.oddities import Case
from lib.demo.reference.organizations import Sender

# floors, share of houses in tenths of a percent, median flats, kind
_STOCK = (
    (1, 40, 1, "private"),
    (2, 188, 8, "low"),
    (4, 128, 30, "five"),
    (5, 313, 70, "five"),
    (7, 18, 80, "high"),
    (9, 175, 139, "high"),
    (12, 52, 96, "high"),
    (16, 57, 127, "high"),
    (19, 29, 209, "high"),
)
_NINE = 5  # place in _STOCK of the first house: it has a lift and every service
_FLATS_A_STAIR = 36
_STREETS = (
    "пр-т Солнечный", "ул. Рябиновая Роща", "ул. Звонких Ключей", "ул. Тихого Ветра",
    "пер. Ивовый", "ул. Кедровая Горка", "ул. Синих Далей", "б-р Берестяной",
    "ул. Доброго Утра", "пер. Малый Камышовый", "ул. Степной Полыни", "ул. Вересковая",
    "пр-т Медных Мастеров", "ул. Зимней Зари", "ул. Ковыльная", "пер. Снегириный",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class House:
    """One house; ``percent`` is its price of upkeep relative to the usual one."""

    place: int
    floors: int
    flats: int
    kind: str
    street: str
    number: str
    building: str | None
    year: int
    percent: int

    @property
    def has_lift(self) -> bool:
        """Tell whether it has a lift, and with it electric stoves."""
        return self.kind in ("high", "plant")


def build(sender: Sender, *, seed: int, flats: int) -> pl.DataFrame:
    """Return the sender's houses that together have ``flats`` flats, by id."""
    return pl.DataFrame(
        [
            {"sender": sender.code, "house_id": f"h{house.place + 1}", **_row(house, sender)}
            for house in _houses(sender, seed=seed, flats=flats)
        ]
    )


def make_rows(houses: pl.DataFrame, premises: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of houses.csv; an area is the sum of the house's flats."""
    sums = premises.group_by("house").agg(tenths=pl.col("area").sum())
    return houses.join(sums, on="house", how="left", maintain_order="left").select(
        "sender",
        "house_id",
        "organization_id",
        "city",
        "street",
        pl.col("number").alias("house"),
        "building",
        "floors",
        "entrances",
        "flats_count",
        total_area=amounts.to_areas(pl.col("tenths")),
        common_area=amounts.to_areas(pl.col("tenths") * 14 // 100),
        year_built="year_built",
        has_lift="has_lift",
        stove="stove",
        heating_mode=pl.lit("season"),
    )


def _houses(sender: Sender, *, seed: int, flats: int) -> Iterator[House]:
    left, place = flats, 0
    # a small city has several small houses
    most = max(10, flats // 3)
    while left > 0:
        house = _house(sender, seed=seed, place=place, most=min(most, left))
        yield house
        left -= house.flats
        place += 1


def _house(sender: Sender, *, seed: int, place: int, most: int) -> House:
    words = ("house", seed, sender.code, place)
    floors, _, median, kind = _STOCK[_NINE] if place == 0 else _drawn(words)
    is_odd = place == 0 and oddities.has(Case.ODD_HOUSE, sender=sender.code)
    has_plant = place == 0 and oddities.has(Case.LONG_NAME, sender=sender.code)
    turn, street = divmod(place, len(_STREETS))
    return House(
        place=place,
        floors=floors,
        flats=min(most, max(1, median * (70 + chance.pick(*words, "flats", below=61)) // 100)),
        kind="plant" if has_plant else kind,
        street=_STREETS[street],
        number="12/1" if is_odd else str(1 + turn * 2 + chance.pick(*words, "even", below=2)),
        building="2А" if is_odd else None,
        year=1958 + chance.pick(*words, "year", below=55),
        percent=100 if place == 0 else 90 + chance.pick(*words, "percent", below=26),
    )


def _drawn(words: tuple[object, ...]) -> tuple[int, int, int, str]:
    drawn = chance.pick(*words, "floors", below=sum(share for _, share, _, _ in _STOCK))
    for stock in _STOCK:
        drawn -= stock[1]
        if drawn < 0:
            break
    return stock


def _row(house: House, sender: Sender) -> dict[str, object]:
    return {
        "kind": house.kind,
        "is_odd": house.place == 0 and oddities.has(Case.NEGATIVE_COMMON, sender=sender.code),
        "percent": house.percent,
        "organization_id": sender.managers[house.place % len(sender.managers)].code,
        "city": "Магнитогорск",
        "street": house.street,
        "number": house.number,
        "building": house.building,
        "floors": house.floors,
        "entrances": 1 + (house.flats - 1) // _FLATS_A_STAIR,
        "flats_count": house.flats,
        "year_built": house.year,
        "has_lift": int(house.has_lift),
        "stove": "electric" if house.has_lift else "gas",
    }
