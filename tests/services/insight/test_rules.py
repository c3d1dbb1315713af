"""Rules of the analysts' screens: administrators keep them, each with the date it begins."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import Connection

from lib.access import AccessDenied, Actor
from lib.services.insight import rules
from lib.services.insight.rules import RuleRefused, Targets
from tests.kit.identity import fetch

JANUARY, MAY = dt.date(2026, 1, 1), dt.date(2026, 5, 1)


@pytest.fixture
def admin(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    return signed_in("admin")


@pytest.fixture
def organization(admin: Actor) -> int:
    return next(iter(rules.list_rules(actor=admin).organizations))


class TestTargets:
    def test_the_latest_that_began_holds(self) -> None:
        targets = Targets([(1, MAY, Decimal("0.96")), (1, JANUARY, Decimal("0.95"))])

        assert targets.find_share(1, dt.date(2025, 12, 1)) is None
        assert targets.find_share(1, dt.date(2026, 4, 1)) == Decimal("0.95")
        assert targets.find_share(1, MAY) == Decimal("0.96")
        assert targets.find_share(2, MAY) is None

    def test_it_is_kept_from_the_first_day_of_its_month(
        self, admin: Actor, organization: int
    ) -> None:
        for typed in ("94", "95,5 %"):
            rules.set_target(
                actor=admin,
                organization_id=organization,
                month=dt.date(2026, 5, 17),
                percent=typed,
                address="203.0.113.7",
            )

        (target,) = rules.list_rules(actor=admin).targets
        assert (target.organization_id, target.valid_from) == (organization, MAY)
        assert target.share == Decimal("0.955")
        assert rules.read_targets(organization=organization).find_share(organization, MAY)
        assert rules.read_targets(organization=-1).find_share(organization, MAY) is None
        events = fetch("SELECT details FROM audit_event WHERE action = 'insight_rules_changed'")
        assert events[-1].details["target"] == "95,5%"

    def test_a_wrong_one_is_deleted(self, admin: Actor, organization: int) -> None:
        values = {"actor": admin, "organization_id": organization, "address": ""}
        rules.set_target(**values, month=MAY, percent="90")  # type: ignore[arg-type]
        rules.delete_target(**values, valid_from=MAY)  # type: ignore[arg-type]

        assert rules.list_rules(actor=admin).targets == ()
        with pytest.raises(AccessDenied):
            rules.delete_target(**values, valid_from=MAY)  # type: ignore[arg-type]

    @pytest.mark.parametrize("typed", ["", "много", "0", "151", "NaN", "inf", "95,555", "-5"])
    def test_another_number_is_refused(self, admin: Actor, organization: int, typed: str) -> None:
        with pytest.raises(RuleRefused):
            rules.set_target(
                actor=admin, organization_id=organization, month=MAY, percent=typed, address=""
            )

    @pytest.mark.parametrize("day", [dt.date(1, 1, 1), dt.date(9999, 12, 31)])
    def test_a_month_of_no_living_person_is_refused(
        self, admin: Actor, organization: int, day: dt.date
    ) -> None:
        with pytest.raises(RuleRefused, match="Дата"):
            rules.set_target(
                actor=admin, organization_id=organization, month=day, percent="90", address=""
            )

    def test_an_organisation_without_houses_has_none(self, admin: Actor) -> None:
        with pytest.raises(AccessDenied):
            rules.set_target(
                actor=admin, organization_id=999_999, month=MAY, percent="90", address=""
            )


class TestBounds:
    @pytest.mark.usefixtures("db")
    def test_the_first_ones_are_there(self) -> None:
        assert rules.read_bounds() == {dt.date(2000, 1, 1): (30, 90, 365)}

    def test_new_ones_begin_on_their_day(self, admin: Actor) -> None:
        rules.set_bounds(actor=admin, valid_from=MAY, days="180; 60", address="")
        rules.set_bounds(actor=admin, valid_from=MAY, days="60, 180, 360", address="")

        assert rules.read_bounds()[MAY] == (60, 180, 360)
        rules.delete_bounds(actor=admin, valid_from=MAY, address="")
        assert MAY not in rules.read_bounds()

    def test_the_last_ones_stay(self, admin: Actor) -> None:
        with pytest.raises(RuleRefused, match="Последний"):
            rules.delete_bounds(actor=admin, valid_from=dt.date(2000, 1, 1), address="")
        with pytest.raises(AccessDenied):
            rules.delete_bounds(actor=admin, valid_from=MAY, address="")

    @pytest.mark.parametrize("typed", ["", "месяц", "0, 30", "30, 30", "396", "1 2 3 4 5 6 7", "²"])
    def test_other_ones_are_refused(self, admin: Actor, typed: str) -> None:
        with pytest.raises(RuleRefused):
            rules.set_bounds(actor=admin, valid_from=MAY, days=typed, address="")
        with pytest.raises(RuleRefused):
            rules.set_bounds(actor=admin, valid_from=dt.date(1999, 1, 1), days="30", address="")


def test_only_administrators_keep_them(db: Connection, signed_in: Callable[..., Actor]) -> None:
    for name in ("resident", "staff", "analyst"):
        actor = signed_in(name)
        with pytest.raises(AccessDenied):
            rules.list_rules(actor=actor)
        with pytest.raises(AccessDenied):
            rules.set_target(actor=actor, organization_id=1, month=MAY, percent="90", address="")
        with pytest.raises(AccessDenied):
            rules.delete_target(actor=actor, organization_id=1, valid_from=MAY, address="")
        with pytest.raises(AccessDenied):
            rules.set_bounds(actor=actor, valid_from=MAY, days="30", address="")
        with pytest.raises(AccessDenied):
            rules.delete_bounds(actor=actor, valid_from=MAY, address="")
