"""People: flats, the accounts in them, and how they pay."""

import polars as pl

from lib.demo import amounts, chance
from lib.demo.reference import oddities
from lib.demo.reference.oddities import Case
from lib.demo.reference.organizations import Sender
from lib.demo.residents import names
from lib.demo.residents.behaviour import Payer

# values, and how often each occurs in a hundred
_AREAS = {310: 25, 450: 45, 600: 25, 780: 5}  # tenths of a square metre
_PERSONS = {1: 35, 2: 30, 3: 20, 4: 11, 5: 4}
_PAYERS: dict[int, int] = {
    Payer.PROMPT: 70, Payer.LATE: 15, Payer.PART: 5, Payer.AHEAD: 5, Payer.DEBTOR: 5,
}  # fmt: skip
_SHARED, _ROOMS_FROM = (5, 6), 7
# pays nothing from June to November; a small city has no second house
_STRIKING = (oddities.UYUT, "h2")
_OPENED = 2004 * 12


def build(sender: Sender, houses: pl.DataFrame, *, seed: int) -> pl.DataFrame:
    """Return the sender's accounts, one row each; two rows where tenants change."""
    flats = (
        houses.select(
            "sender", "house", "house_id", "kind", "floors", "organization_id", flat="flats_count"
        )
        .with_columns(flat=pl.int_ranges(1, pl.col("flat") + 1))
        .explode("flat")
        .with_columns(n=pl.int_range(1, pl.len() + 1))
    )
    people = flats.with_columns(key=chance.make_key(pl.col("n"), "account", seed, sender.code))
    people = people.with_columns(*_premise(sender), **_habits(), **names.make_columns(_KEY))
    people = _with_oddities(people, sender)
    return _with_tenants(people, sender)


_KEY = pl.col("key")


def _premise(sender: Sender) -> list[pl.Expr]:
    spread = 90 + chance.draw(_KEY, "spread", below=21)
    shared = pl.lit(value=False)
    if oddities.list_accounts(Case.SHARED_FLAT, sender=sender.code):
        shared = pl.col("n") == _SHARED[1]
    home = pl.when(shared).then(_SHARED[0]).otherwise(pl.col("n"))
    return [
        (chance.draw_weighted(_KEY, "size", _AREAS) * spread // 100).alias("area"),
        pl.format("p{}", home).alias("premise_id"),
        pl.format("A{}", "n").alias("account_id"),
        pl.lit(sender.prefix).alias("prefix"),
        pl.lit(sender.penalties_apart).alias("apart"),
        (pl.lit(sender.prefix) + pl.col("n").cast(pl.String).str.zfill(6)).alias("number"),
    ]


def _habits() -> dict[str, pl.Expr]:
    return {
        "persons": chance.draw_weighted(_KEY, "persons", _PERSONS),
        "payer": chance.draw_weighted(_KEY, "paying", _PAYERS),
        "is_municipal": chance.draw_event(_KEY, "municipal", percent=8),
        "is_privileged": chance.draw_event(_KEY, "privileged", percent=2),
        "is_metered": chance.draw_event(_KEY, "metered", percent=94),
        "two_zones": chance.draw_event(_KEY, "zones", percent=15),
        "two_risers": chance.draw_event(_KEY, "risers", percent=20),
        "opened": _OPENED + chance.draw(_KEY, "opened", below=100),
    }


def _with_oddities(people: pl.DataFrame, sender: Sender) -> pl.DataFrame:
    def has(case: Case) -> pl.Expr:
        return pl.col("n").is_in(oddities.list_accounts(case, sender=sender.code))

    def yearly(case: Case) -> pl.Expr:
        return pl.when(has(case)).then(oddities.get_month(case, sender=sender.code))

    regular = pl.col("n") <= max(_SHARED)  # the other first flats always pay on time
    strikes = (pl.lit(sender.code) == _STRIKING[0]) & (pl.col("house_id") == _STRIKING[1])
    payer = (
        pl.when(has(Case.SPLIT_BALANCE))
        .then(Payer.SPLIT)
        .when(has(Case.DEBTOR))
        .then(Payer.DEBTOR)
        .when(regular)
        .then(Payer.PROMPT)
        .when(strikes)
        .then(Payer.DECEMBER)
        .otherwise("payer")
    )
    metered = has(Case.REPLACED_METER) | has(Case.ZERO_MONTH) | has(Case.SPLIT_BALANCE)
    nameless = has(Case.NAME_MISSING) | chance.draw_event(_KEY, "nameless", percent=2)
    nameless = nameless & ~has(Case.SPLIT_BALANCE)
    return people.with_columns(
        pl.when(~nameless).then(pl.col("last_name", "first_name", "middle_name")),
        payer=payer.cast(pl.Int64),
        area=pl.when(has(Case.AREA_38_1)).then(381).otherwise("area"),
        is_room=has(Case.COMMUNAL_FLAT),
        is_metered=(pl.col("is_metered") | metered) & ~has(Case.CLOSED_MID_PERIOD),
        two_risers=pl.col("two_risers") & ~has(Case.REPLACED_METER),
        swap_month=yearly(Case.REPLACED_METER),
        zero_month=yearly(Case.ZERO_MONTH),
        refund_month=yearly(Case.NEGATIVE_RECALCULATION),
        tenant_month=yearly(Case.CLOSED_MID_PERIOD),
        is_shown=has(Case.SPLIT_BALANCE),
    )


def _with_tenants(people: pl.DataFrame, sender: Sender) -> pl.DataFrame:
    """Add a second row for the flat whose tenants change."""
    [number] = oddities.list_accounts(Case.CLOSED_MID_PERIOD, sender=sender.code)
    second = people.filter(pl.col("n") == number).with_columns(
        key=chance.make_key(pl.col("n"), "second", sender.code, people["key"][number - 1]), slot=1
    )
    second = second.with_columns(**names.make_columns(_KEY))
    return pl.concat([people.with_columns(slot=0), second], how="vertical_relaxed").sort(
        "n", "slot"
    )


def make_premises(people: pl.DataFrame) -> pl.DataFrame:
    """Return one row a premise: its first account, with the area of all."""
    whole = people.filter(slot=0).with_columns(
        area=pl.col("area").sum().over("sender", "premise_id")
    )
    return whole.unique(["sender", "premise_id"], keep="first", maintain_order=True)


def make_premise_rows(people: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of premises.csv; rooms of a communal flat have their share of it."""
    homes = make_premises(people)
    rooms = pl.col("area").sum().over("sender", "is_room")
    share = pl.col("area") * amounts.UNIT // rooms
    flat = pl.format("{}/{}", pl.lit(_ROOMS_FROM), pl.col("n") - _ROOMS_FROM + 1)
    return homes.select(
        "sender",
        "premise_id",
        "house_id",
        number=pl.when("is_room").then(flat).otherwise(pl.col("flat").cast(pl.String)),
        kind=pl.when("is_room").then(pl.lit("room")).otherwise(pl.lit("flat")),
        floor=1 + pl.col("flat") % pl.col("floors"),
        rooms=pl.when("is_room").then(1).otherwise(1 + pl.col("area") // 220),
        total_area=amounts.to_areas(pl.col("area")),
        heated_area=amounts.to_areas(pl.col("area")),
        share=pl.when("is_room").then(amounts.to_volumes(share)),
    )


def make_account_rows(residents: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of accounts.csv for the accounts as they are in a month."""
    return residents.select(
        "sender",
        "account_id",
        "number",
        "premise_id",
        "organization_id",
        "last_name",
        "first_name",
        "middle_name",
        ownership=pl.when("is_municipal").then(pl.lit("municipal")).otherwise(pl.lit("private")),
        registered="persons",
        residents="persons",
        area=amounts.to_areas(pl.col("area")),
        opened_on=pl.col("opened_on"),
        closed_on=pl.col("closed_on"),
    )
