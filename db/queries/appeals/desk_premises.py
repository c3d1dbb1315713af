"""Premises of the accounts on a page of the service desk's queue."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Account, Premise
from db.queries import scope
from db.rows import read_all
from db.session import Viewer


class PremiseRow(NamedTuple):
    """The premise of an account."""

    account_id: int
    premise: str
    premise_kind: str


_PREMISES = (
    select(
        Account.id.label("account_id"),
        Premise.number.label("premise"),
        Premise.kind.label("premise_kind"),
    )
    .join(Premise, Premise.id == Account.premise_id)
    .where(scope.match_viewer(Account.id))
)


def list_premises(session: Session, *, viewer: Viewer) -> Sequence[PremiseRow]:
    """Return the premises of the viewer's accounts."""
    return read_all(session.execute(_PREMISES, scope.bind_viewer(viewer)), PremiseRow)
