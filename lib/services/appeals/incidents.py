"""Incidents: appeals of one house and topic within 48 hours, joined and answered together."""

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
    """There is no other appeal to join it with."""

    def __init__(self) -> None:
        super().__init__("Других открытых обращений этого дома на эту тему за 48 часов нет.")


@dataclass(frozen=True, slots=True)
class Offer:
    """Appeals that may be one incident.

    Attributes:
        account_id: the account of the earliest appeal that is in no incident yet.
        appeal_id: the key of that appeal.
        address: of the house.
        topic: in Russian.
        count: how many appeals there are.
        since: when the earliest came, in the centre's time zone.
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
        """Tell whether it has no answer yet."""
        return self.status in _WAITING


@dataclass(frozen=True, slots=True)
class JoinedIncident:
    """An incident with its appeals.

    Attributes:
        incident_id: its key.
        address: of the house.
        topic: in Russian.
        members: its appeals.
        answered_at: when the last of them was answered, in the centre's time zone.
    """

    incident_id: int
    address: str
    topic: str
    members: tuple[Member, ...]
    answered_at: dt.datetime | None

    @property
    def waiting(self) -> int:
        """Return how many of its appeals have no answer yet."""
        return sum(member.is_waiting for member in self.members)


def make_offers(rows: Sequence[OfferJson] | None) -> tuple[Offer, ...]:
    """Return the offers of the queue, the one with the most appeals first."""
    return tuple(
        Offer(
            account_id=row["account_id"],
            appeal_id=row["appeal_id"],
            address=address.format_house("", row["street"], row["house"], row["building"]),
            topic=rules.format_topic(row["topic"]),
            count=row["appeals"],
            since=clock.local(dt.datetime.fromisoformat(row["since"])),
        )
        for row in rows or ()
    )


def join_incident(*, actor: Actor, account_id: int, appeal_id: int) -> int:
    """Join an appeal and its neighbours into one incident and return its key.

    Appeals of another incident stay there. Joining the same appeals twice gives one incident.

    Raises:
        AccessDenied: no permission, no such appeal, or another organisation's.
        NothingToJoin: there is no other appeal to join it with.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    organization_id = actor.demand_organization()
    with database.transaction(actor.viewer) as session:
        attachments.lock_names(session, f"incidents {organization_id}")
        rows = queries.lock_neighbours(
            session,
            account_id=account_id,
            appeal_id=appeal_id,
            organization_id=organization_id,
            span=INCIDENT_SPAN,
        )
        anchor = next((appeal for appeal in rows if appeal.id == appeal_id), None)
        if anchor is None:
            raise AccessDenied
        incident_id = anchor.incident_id or _open_incident(session, actor, anchor, rows)
        for appeal in rows:
            if appeal.incident_id is None:
                appeal.incident_id = incident_id
    return incident_id


def _open_incident(session: Session, actor: Actor, anchor: Appeal, rows: Sequence[Appeal]) -> int:
    """Return the key of the unanswered incident of the appeals, or of a new incident."""
    joined = [appeal.incident_id for appeal in rows if appeal.incident_id is not None]
    key = queries.find_waiting(session, organization_id=anchor.organization_id, incidents=joined)
    if key is not None:
        return key
    if len(rows) - len(joined) < 2:  # noqa: PLR2004 - itself and another one
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
        address=address.format_house("", row.street, row.house, row.building),
        topic=rules.format_topic(row.topic),
        members=tuple(
            Member(
                member.account_id, member.id, member.number, Status(member.status), member.version
            )
            for member in members
        ),
        answered_at=clock.local(row.answered_at) if row.answered_at else None,
    )


def answer_incident(
    *, actor: Actor, incident_id: int, chosen: Sequence[ChosenAppeal], text: str, request_key: str
) -> BatchOutcome:
    """Send one answer to the appeals of an incident; each resident gets a letter.

    Appeals that have changed since the screen showed them are skipped and reported. The incident
    counts as answered once all its appeals are.

    Args:
        actor: a member of staff; needs ``appeals:answer``.
        incident_id: the incident.
        chosen: its unanswered appeals with the versions that the screen showed.
        text: as typed; fields in braces are filled in for each appeal.
        request_key: one value for a rendered form.

    Raises:
        AccessDenied: no permission, no such incident, or another organisation's.
        TextRefused: the text is empty or too long.
        FieldUnknown: the text has an unknown field.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    members = {
        member.appeal_id for member in get_incident(actor=actor, incident_id=incident_id).members
    }
    refused = []
    for appeal in chosen:
        seen = SeenThread(
            appeal.account_id, appeal.appeal_id, appeal.version, f"{request_key}.{appeal.appeal_id}"
        )
        if appeal.appeal_id not in members:
            refused.append((appeal.number, _GONE))
            continue
        try:
            desk_answers.send_answer(actor=actor, seen=seen, text=text)
        except AppealChanged as changed:
            refused.append((appeal.number, f"{desk_batches.LEFT_OUT}: {changed.what}."))
        except StepRefused as refusal:
            refused.append((appeal.number, str(refusal)))
        except AccessDenied:  # it was passed to another organisation a moment ago
            refused.append((appeal.number, _GONE))
    _finish(actor, incident_id)
    return BatchOutcome(len(chosen) - len(refused), tuple(refused))


def _finish(actor: Actor, incident_id: int) -> None:
    """Record that an incident is answered, unless one of its appeals has no answer."""
    if get_incident(actor=actor, incident_id=incident_id).waiting:
        return
    with database.transaction(actor.viewer) as session:
        queries.mark_answered(
            session,
            incident_id=incident_id,
            organization_id=actor.demand_organization(),
            now=clock.now(),
        )
