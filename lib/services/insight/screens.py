"""What a screen of analysts says: the access, the version, the view, the answers, the audit log."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from db import session as database
from lib import clock, links
from lib.access import Actor, Permission
from lib.domain import periods
from lib.domain.insight.answers import Page
from lib.domain.insight.view import View, read_view, write_view
from lib.errors import PortalError
from lib.facts import reader, store
from lib.facts.manifest import Check, Manifest
from lib.facts.questions import places
from lib.facts.reader import Facts
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.insight import _context
from lib.services.insight._context import Context
from lib.services.insight._remarks import list_remarks
from lib.services.insight.appeals import screen as appeals
from lib.services.insight.collection import screen as collection
from lib.services.insight.consumption import screen as consumption
from lib.services.insight.debts import screen as debts
from lib.services.insight.overview import screen as overview
from lib.services.insight.payments import screen as payments
from lib.storage import FileGone, StorageAway

Builder = Callable[[Context], Page]
# the screens by their path; each builder answers the questions of one
BUILDERS: Mapping[str, Builder] = {
    links.HOME: overview.build_page,
    links.INSIGHT_PAYMENTS: payments.build_page,
    links.COLLECTION: collection.build_page,
    links.DEBTS: debts.build_page,
    links.CONSUMPTION: consumption.build_page,
    links.INSIGHT_APPEALS: appeals.build_page,
}


class FactsMissing(PortalError):
    """The facts were never written, or no month is closed yet."""

    def __init__(self) -> None:
        super().__init__(
            "Данные аналитики ещё не готовы: их записывает задание по расписанию. "
            "Зайдите через несколько минут."
        )


class FactsAway(PortalError):
    """The files of the facts are on a server that does not answer, or not there any more."""

    def __init__(self) -> None:
        super().__init__(
            "Данные аналитики сейчас не прочитать: хранилище файлов не отвечает. "
            "Подождите несколько минут и повторите; сохранённые виды на месте."
        )


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters of a screen may be set to.

    Attributes:
        months: the closed months, the latest first.
        organizations: names by key.
        streets: of the chosen organisation.
        houses: addresses by key, of the chosen street; withheld houses are not among them.
        groups: names of service groups, in the order of a bill.
        services: names of services.
        channels: ways of paying.
    """

    months: tuple[dt.date, ...]
    organizations: Mapping[int, str]
    streets: tuple[str, ...]
    houses: Mapping[int, str]
    groups: tuple[str, ...]
    services: tuple[str, ...]
    channels: tuple[str, ...] = ("bank", "cash", "online", "post", "subsidy", "other")


@dataclass(frozen=True, slots=True)
class Insight:
    """A screen of analysts, ready to be drawn.

    Attributes:
        path: the screen.
        view: the filters.
        page: figures and answers.
        choices: of the filters.
        moment: when the ledger was read, in the centre's time zone.
        check: the last comparison with the ledger; None: there was none.
        is_checked: this very version was compared and agreed to the kopeck.
        remarks: what differs from what was asked, which filters do not act here, and why the
            periods are not compared.
    """

    path: str
    view: View
    page: Page
    choices: Choices
    moment: dt.datetime
    check: Check | None
    is_checked: bool
    remarks: tuple[str, ...] = ()


def open_screen(
    *, actor: Actor, path: str, query: Mapping[str, str], address: str, what: str = ""
) -> Insight:
    """Answer the questions of a screen for the view in an address, and record that it was asked.

    Args:
        actor: needs ``insight:read``; one with an organisation sees that organisation alone.
        path: the screen.
        query: the values of the address.
        address: the client's IP address.
        what: the file that is taken; empty: the screen is only looked at.

    Raises:
        AccessDenied: no permission.
        FactsMissing: there are no facts yet.
        FactsAway, FactsBroken: they cannot be read.
    """
    actor.demand(Permission.INSIGHT_READ)
    facts = open_facts(actor)
    context = read_context(facts, query)
    refusal = context.find_refusal()
    page = Page(refusal=refusal) if refusal else BUILDERS[path](context)
    record_question(actor, path=path, view=context.view, address=address, what=what)
    return Insight(
        path=path,
        view=context.view,
        page=page,
        choices=_list_choices(context),
        moment=clock.local(facts.manifest.moment),
        check=facts.manifest.check,
        is_checked=facts.manifest.is_checked,
        remarks=() if refusal else tuple(filter(None, (page.remark, *list_remarks(context, path)))),
    )


def open_facts(actor: Actor) -> Facts:
    """Return the current version as the actor may see it.

    Raises:
        AccessDenied: no permission.
        FactsMissing: there are no facts yet.
        FactsAway, FactsBroken: they cannot be read.
    """
    actor.demand(Permission.INSIGHT_READ)
    try:
        manifest = store.find_manifest()
        if manifest is None or not _has_months(manifest):
            raise FactsMissing
        return reader.open_facts(manifest, organization=actor.organization_id)
    except (FileGone, StorageAway) as failure:
        raise FactsAway from failure


def read_context(facts: Facts, query: Mapping[str, str]) -> Context:
    """Return what the questions of a view are asked in.

    Raises:
        FactsMissing: no month is closed yet.
    """
    latest = find_latest(facts)
    return _context.make_context(facts, read_view(query, latest=latest), latest=latest)


def find_latest(facts: Facts) -> dt.date:
    """Return the latest month that all organisations have closed which had closed the one before.

    Raises:
        FactsMissing: no month is closed.
    """
    months = places.list_months(facts)
    if not months:
        raise FactsMissing
    counts = {row.period: row.organizations for row in months}
    for row in reversed(months):
        before = counts.get(periods.add_months(row.period, -1), 0)
        if row.organizations >= before:
            return row.period
    return months[-1].period


def record_question(actor: Actor, *, path: str, view: View, address: str, what: str = "") -> None:
    """Record in the audit log what an analyst has asked for or taken."""
    asked = "&".join(f"{name}={value}" for name, value in write_view(view).items())
    with database.transaction(actor.owner) as session:
        trail.record_event(
            session,
            action=Action.FIGURES_TAKEN if what else Action.FIGURES_VIEWED,
            actor=actor,
            address=address,
            screen=path,
            what=what or None,
            **trail.divide_text("view", asked),
        )


def _has_months(manifest: Manifest) -> bool:
    return any(file.kind == "house_months" for file in manifest.files)


def _list_choices(context: Context) -> Choices:
    place, facts = context.view.place, context.facts
    rows = [row for row in places.list_houses(facts) if row.organization == place.organization]
    return Choices(
        months=tuple(row.period for row in reversed(places.list_months(facts))),
        organizations=context.organizations,
        streets=tuple(dict.fromkeys(row.street for row in rows)),
        houses={
            row.house: row.name
            for row in rows
            if row.street == place.street and row.house not in context.withheld
        },
        groups=tuple(row.name for row in places.list_names(facts, "groups")),
        services=tuple(row.name for row in places.list_names(facts, "services")),
    )
