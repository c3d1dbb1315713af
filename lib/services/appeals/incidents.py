"""Incidents: appeals of one house on one topic within 48 hours, joined and answered as one."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from db import session as database
from db.models import Appeal, Incident
from db.queries.accounts import attachments
from db.queries.appeals import incidents as queries
from db.queries.appeals.desk_counts import OfferJson
from lib import clock
from lib.access import AccessDenied, Actor, Permission
from lib.domain import address
from lib.domain.appeals import rules
from lib.domain.appeals.rules import Status
from lib.errors import PortalError
from lib.services.appeals import desk_answers, desk_batches
from lib.services.appeals.desk_answers import StepRefused
from lib.services.appeals.desk_batches import BatchOutcome, ChosenAppeal
from lib.services.appeals.desk_threads import INCIDENT_SPAN
from lib.services.appeals.desk_work import SeenThread
from lib.services.appeals.versions import AppealChanged

_WAITING = frozenset({Status.NEW, Status.IN_PROGRESS, Status.DEFERRED})
_GONE = "пропущено, обращение уже не в этом инциденте."


class NothingToJoin(PortalError):
    """The appeal stands alone."""

    def __init__(self) -> None:
        super().__init__("Других открытых обращений этого дома на эту тему за 48 часов нет.")


@dataclass(frozen=True, slots=True)
class Offer:
    """Appeals that may be one incident.

    Attributes:
        account_id: of the earliest of them that is joined to none yet.
        appeal_id: that one's key.
        address: of the house.
        topic: in words.
        count: how many there are.
        since: when the earliest came, by the centre's clocks.
    """

    account_id: int
    appeal_id: int
    address: str
    topic: str
    count: int
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class Member:
    """An appeal of an incident."""

    account_id: int
    appeal_id: int
    number: str
    status: Status
    version: int

    @property
    def is_waiting(self) -> bool:
        """Tell whether nobody has answered it yet."""
        return self.status in _WAITING


@dataclass(frozen=True, slots=True)
class JoinedIncident:
    """An incident with its appeals.

    Attributes:
        incident_id: its key.
        address: of the house.
        topic: in words.
        members: its appeals.
        answered_at: when all were answered at once, by the centre's clocks.
    """

    incident_id: int
    address: str
    topic: str
    members: tuple[Member, ...]
    answered_at: dt.datetime | None

    @property
    def waiting(self) -> int:
        """Count what nobody has answered yet."""
        return sum(member.is_waiting for member in self.members)


def make_offers(rows: Sequence[OfferJson] | None) -> tuple[Offer, ...]:
    """Return what the queue's counts offer to join, the most appeals first."""
    return tuple(
        Offer(
            account_id=row["account_id"],
            appeal_id=row["appeal_id"],
            address=address.house_line("", row["street"], row["house"], row["building"]),
            topic=rules.topic(row["topic"]),
            count=row["appeals"],
            since=clock.local(dt.datetime.fromisoformat(row["since"])),
        )
        for row in rows or ()
    )


def join_incident(*, actor: Actor, account_id: int, appeal_id: int) -> int:
    """Join an appeal and those beside it into one incident and return its key.

    Those that belong to another incident stay there; the same appeals joined twice are one.

    Raises:
        AccessDenied: no permission, no such appeal, or another organisation's.
        NothingToJoin: it stands alone.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    organization_id = actor.demand_organization()
    with database.transaction(actor.viewer) as session:
        attachments.lock_names(session, f"incidents {organization_id}")
        found = queries.lock_neighbours(
            session,
            account_id=account_id,
            appeal_id=appeal_id,
            organization_id=organization_id,
            span=INCIDENT_SPAN,
        )
        anchor = next((one for one in found if one.id == appeal_id), None)
        if anchor is None:
            raise AccessDenied
        incident_id = anchor.incident_id or _incident(session, actor, anchor, found)
        for one in found:
            if one.incident_id is None:
                one.incident_id = incident_id
    return incident_id


def _incident(session: Session, actor: Actor, anchor: Appeal, found: Sequence[Appeal]) -> int:
    """Return the key of the incident that its neighbours wait in for an answer, or of a new one."""
    joined = [one.incident_id for one in found if one.incident_id is not None]
    known = queries.find_waiting(session, organization_id=anchor.organization_id, incidents=joined)
    if known is not None:
        return known
    if len(found) - len(joined) < 2:  # noqa: PLR2004 - itself and another one
        raise NothingToJoin
    incident = Incident(
        organization_id=anchor.organization_id,
        house_id=anchor.house_id,
        topic=anchor.topic,
        created_by=actor.login_id,
        created_at=clock.now(),
    )
    session.add(incident)
    session.flush()
    return incident.id


def get_incident(*, actor: Actor, incident_id: int) -> JoinedIncident:
    """Return an incident of the actor's organisation.

    Raises:
        AccessDenied: no permission, no such incident, or another organisation's.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    organization_id = actor.demand_organization()
    with database.transaction(actor.viewer) as session:
        row = queries.find_incident(
            session, incident_id=incident_id, organization_id=organization_id
        )
        if row is None:
            raise AccessDenied
        members = queries.list_members(
            session, incident_id=incident_id, organization_id=organization_id
        )
    return JoinedIncident(
        incident_id=row.id,
        address=address.house_line("", row.street, row.house, row.building),
        topic=rules.topic(row.topic),
        members=tuple(
            Member(one.account_id, one.id, one.number, Status(one.status), one.version)
            for one in members
        ),
        answered_at=clock.local(row.answered_at) if row.answered_at else None,
    )


def answer_incident(
    *, actor: Actor, incident_id: int, chosen: Sequence[ChosenAppeal], text: str, request_key: str
) -> BatchOutcome:
    """Answer the appeals of an incident as the screen showed them; each resident gets a letter.

    What has changed meanwhile is left out and named. The incident is answered once none of its
    appeals waits any more.

    Args:
        actor: who answers; needs ``appeals:answer``.
        incident_id: the incident.
        chosen: what of it waited, of the versions that the screen showed.
        text: as typed; fields in braces are filled in for each.
        request_key: one value per rendered form.

    Raises:
        AccessDenied: no permission, no such incident, or another organisation's.
        TextRefused: nothing was written, or a novel.
        FieldUnknown: the text has a field that there is not.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    members = {one.appeal_id for one in get_incident(actor=actor, incident_id=incident_id).members}
    refused = []
    for one in chosen:
        seen = SeenThread(
            one.account_id, one.appeal_id, one.version, f"{request_key}.{one.appeal_id}"
        )
        if one.appeal_id not in members:
            refused.append((one.number, _GONE))
            continue
        try:
            desk_answers.send_answer(actor=actor, seen=seen, text=text)
        except AppealChanged as changed:
            refused.append((one.number, f"{desk_batches.LEFT_OUT}: {changed.what}."))
        except StepRefused as refusal:
            refused.append((one.number, str(refusal)))
        except AccessDenied:  # it has gone to another organisation this very moment
            refused.append((one.number, _GONE))
    _end(actor, incident_id)
    return BatchOutcome(len(chosen) - len(refused), tuple(refused))


def _end(actor: Actor, incident_id: int) -> None:
    """Note that an incident is answered, unless some appeal of it waits."""
    if get_incident(actor=actor, incident_id=incident_id).waiting:
        return
    with database.transaction(actor.viewer) as session:
        queries.mark_answered(
            session,
            incident_id=incident_id,
            organization_id=actor.demand_organization(),
            now=clock.now(),
        )
