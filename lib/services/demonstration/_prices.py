"""Price lists of the demonstration's organisations."""

from db import session as database
from db.queries import organizations
from db.queries.paid_services import price_list as queries
from lib.demo.portal.prices import PRICES


def publish_prices() -> None:
    """Add a price list to each organisation that has houses and no list; repeating is harmless."""
    with database.transaction(database.OPERATOR) as session:
        for organization in organizations.list_managers(session):
            if queries.list_lines(session, organization_id=organization.id):
                continue
            for line in PRICES:
                queries.add_line(
                    session,
                    organization_id=organization.id,
                    name=line.name,
                    unit=line.unit,
                    price=line.price,
                    description=line.description,
                )
