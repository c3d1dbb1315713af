"""The row of a new appeal: its place, its number, its deadline and its search text."""

from sqlalchemy.orm import Session

from db.models import Appeal
from db.queries.appeals import steps as queries
from db.queries.appeals.steps import ServingRow
from lib import clock
from lib.access import AccessDenied, Actor
from lib.domain import address as addresses
from lib.domain.appeals import rules
from lib.domain.appeals.rules import Kind, Status
from lib.services.appeals import _limits, deadlines
from lib.services.audit import trail
from lib.services.audit.trail import Action


def find_place(session: Session, actor: Actor, account_id: int, organization_id: int) -> ServingRow:
    """Return the account's address and the organisation that serves it.

    Raises:
        AccessDenied: the viewer does not see the account, or the organisation does not serve it.
        TooManyAppeals: the login has sent too many lately.
    """
    found = queries.find_serving(
        session, viewer=actor.viewer, account_id=account_id, organization_id=organization_id
    )
    if found is None:
        raise AccessDenied
    _limits.check_appeals(session, actor=actor)
    return found


def add_appeal(
    session: Session,
    place: ServingRow,
    *,
    actor: Actor,
    address: str | None,
    kind: Kind,
    topic: str,
    contact: str,
    about: tuple[str | None, str | None],
    request_key: str,
    text: str,
) -> Appeal:
    """Add an appeal with its number, its deadline and the text that staff search in."""
    now = clock.now()
    number = _number(session)
    appeal = Appeal(
        account_id=place.account_id,
        number=number,
        kind=kind.value,
        organization_id=place.organization_id,
        house_id=place.house_id,
        login_id=actor.login_id,
        topic=topic,
        status=Status.NEW.value,
        contact=contact,
        about=about[0],
        about_link=about[1],
        sent_at=now,
        status_at=now,
        registered_on=clock.today(),
        entries=0,
        version=0,
        request_key=request_key,
        searched="\n".join(
            (number, place.number, rules.format_topic(topic), _format_place(place), text)
        ),
    )
    return _save(session, appeal, actor, address)


def _number(session: Session) -> str:
    year = clock.today().year
    return f"{year:04d}-{queries.take_next_number(session, year=year):06d}"


def _format_place(place: ServingRow) -> str:
    return addresses.format_address(
        city=place.city,
        street=place.street,
        house=place.house,
        building=place.building,
        premise=place.premise,
        kind=place.premise_kind,
    )


def _save(session: Session, appeal: Appeal, actor: Actor, address: str | None) -> Appeal:
    deadlines.start_term(session, appeal)
    session.add(appeal)
    session.flush()
    trail.record_event(
        session,
        action=Action.APPEAL_SENT,
        actor=actor,
        account_id=appeal.account_id,
        organization_id=appeal.organization_id,
        address=address,
        appeal=appeal.number,
    )
    return appeal
