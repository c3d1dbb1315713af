"""Организации: who serves my house, and a directory of everybody else."""

from lib import clock
from lib.access import Permission
from lib.domain.billing import price_history
from lib.services import organizations
from lib.ui import cached, guard, markup, query
from lib.ui import organizations as organization_cards
from lib.ui.billing import price_tables

actor = guard.require(Permission.ORGANIZATIONS_READ)
served = organizations.list_served(actor=actor)
everybody = cached.directory()
known = {one.organization_id: one for one in everybody}
organization_id = query.number("id")

if organization_id is not None:
    one = known.get(organization_id)
    if one is None:
        guard.refuse()
    prices = cached.prices(organization_id, tuple(house.house_id for house in served))
    lines = price_history.lines(prices, today=clock.today())
    markup.show(
        markup.heading(one.name)
        + organization_cards.facts(one)
        + price_tables.show(lines, prices)
        + organization_cards.back()
    )
else:
    markup.title("Организации")
    typed = organization_cards.search()
    if typed:
        found = organizations.drop_duplicates(organizations.filter_directory(everybody, typed))
        content = organization_cards.directory(f"Нашлось: {len(found)}", found)
    else:
        others = organizations.list_others(everybody, served)
        content = organization_cards.serving(served, known)
        content += organization_cards.directory("Другие организации", others) if others else ""
    markup.show(content)
