"""Analysts who subtract views of other months: what is lumped together must stay together."""

import datetime as dt

import pytest

from lib.domain.insight.hidden_places import is_hidden
from lib.domain.payments.payment import CHANNELS
from lib.facts.reader import Facts
from lib.services.insight import screens
from lib.services.insight._context import Context
from lib.services.insight.payments import screen as payments
from tests.kit.insight.made_facts import Row, write_facts

JULY, AUGUST = dt.date(2026, 7, 1), dt.date(2026, 8, 1)
# few pay by post; the next smallest is another channel in each month
PAYERS = {
    JULY: {"post": 3, "cash": 14, "online": 16, "bank": 30},
    AUGUST: {"post": 3, "cash": 17, "online": 13, "bank": 30},
}
# few have electricity, one group has no other service
CHARGED = {"ХВС": 40, "Водоотведение": 40, "Отопление": 30, "Электроэнергия": 4, "Ремонт": 40}
GROUPS = {"ХВС": 1, "Водоотведение": 1, "Отопление": 2, "Электроэнергия": 2, "Ремонт": 3}
NAMES = {1: "Вода", 2: "Энергия", 3: "Жилищные"}


@pytest.fixture(scope="module")
def made() -> Facts:
    """A house of forty accounts in two months, and one of another organisation."""
    where: Row = {"organization": 1, "house": 1}
    rows: dict[str, list[Row]] = {
        "organizations": [{"organization": key, "name": f"УК № {key}"} for key in (1, 2)],
        "houses": [
            {"organization": key, "house": key, "street": "ул. Мира", "name": f"ул. Мира, д. {key}"}
            for key in (1, 2)
        ],
        "groups": [
            {"service_group": key, "name": name, "sort": key, "purpose": "utilities"}
            for key, name in NAMES.items()
        ],
        "services": [
            {"service": number, "service_group": GROUPS[name], "name": name}
            for number, name in enumerate(CHARGED)
        ],
        "house_months": [
            {"organization": key, "house": key, "period": month, "accounts": 40}
            for key in (1, 2)
            for month in PAYERS
        ],
        "charges_by_house": [
            {"organization": key, "house": key, "period": month, "service_group": GROUPS[name]}
            | {"service": number, "accounts": count if key == 1 else 40, "total": 1000}
            for key in (1, 2)
            for month in PAYERS
            for number, (name, count) in enumerate(CHARGED.items())
        ],
        "payments_by_house": [],
        "payers_by_house": [],
    }
    for month, channels in PAYERS.items():
        for channel, count in channels.items():
            paid: Row = {**where, "period": month, "channel": channel, "accounts": count}
            rows["payers_by_house"] += [paid, {**paid, "service_group": 1}]
            sums: Row = {"service_group": 1, "paid_on": month, "payments": count}
            rows["payments_by_house"].append({**paid, **sums, "amount": count * 100})
        everybody: Row = {**where, "period": month, "accounts": 40}
        rows["payers_by_house"] += [everybody, {**everybody, "service_group": 1}]
    return write_facts(rows)


def read_context(facts: Facts, since: dt.date, until: dt.date, **query: str) -> Context:
    months = {"since": f"{since:%Y-%m}", "until": f"{until:%Y-%m}", "compared": "none"}
    return screens.read_context(facts, months | query)


def list_channels(facts: Facts, since: dt.date, until: dt.date) -> set[str]:
    """Return the channels that a view tells of: in its table, or as a filter."""
    page = payments.build_page(read_context(facts, since, until))
    [table] = [panel.table for panel in page.panels if panel.key == "payments.channels"]
    assert table
    names = {word: channel for channel, word in CHANNELS.items()}
    filtered = {
        channel
        for channel in PAYERS[JULY]
        if not read_context(facts, since, until, channel=channel).find_refusal()
    }
    return filtered | {names[line.name] for line in table.lines}


def test_two_months_and_each_of_them_tell_of_no_channel_that_few_use(made: Facts) -> None:
    july, august = list_channels(made, JULY, JULY), list_channels(made, AUGUST, AUGUST)
    both = list_channels(made, JULY, AUGUST)
    assert "bank" in july & august & both

    for month, known, other in ((JULY, july, august), (AUGUST, august, july)):
        left = set(PAYERS[month]) - known - (both & other)
        assert "post" in left
        assert len(left) > 1, month


def test_no_service_that_few_have_is_left_of_all_services_or_of_its_group(made: Facts) -> None:
    def has_line(**query: str) -> bool:
        context = read_context(made, JULY, AUGUST, **query)
        return not context.find_refusal() and not is_hidden((1,), context.few_with_filter)

    known = {name for name in CHARGED if has_line(service=name)}
    groups = [name for name in NAMES.values() if has_line(group=name)]

    assert has_line()
    assert "Энергия" in groups
    assert "Электроэнергия" not in known
    assert len(set(CHARGED) - known) > 1
    assert {"ХВС", "Водоотведение", "Ремонт"} <= known
    for name in groups:
        inside = {service for service, key in GROUPS.items() if NAMES[key] == name}
        assert len(inside - known) != 1, name
