"""Files of threads: kept with an entry, found for whoever may see its appeal."""

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import Appeal, AppealFile
from db.queries import scope
from db.session import Viewer

_ONE = (
    select(
        AppealFile.name,
        AppealFile.media_type,
        AppealFile.stored,
        Appeal.number,
        Appeal.organization_id,
    )
    .join(
        Appeal,
        (Appeal.account_id == AppealFile.account_id) & (Appeal.id == AppealFile.appeal_id),
    )
    .where(
        AppealFile.account_id == bindparam("account"),
        AppealFile.id == bindparam("file"),
        scope.visible(AppealFile.account_id),
    )
)
_OF_ORGANIZATION = _ONE.where(Appeal.organization_id == bindparam("organization"))


def add(session: Session, **values: object) -> None:
    """Keep where a file of an entry lies and what it is called."""
    session.execute(insert(AppealFile).values(**values).inline())


def own(session: Session, *, viewer: Viewer, account_id: int, file_id: int) -> AnyRow | None:
    """Return a file of an account that the viewer sees."""
    given = {"account": account_id, "file": file_id} | scope.values(viewer)
    return session.execute(_ONE, given).one_or_none()


def answered(
    session: Session, *, viewer: Viewer, account_id: int, file_id: int, organization_id: int
) -> AnyRow | None:
    """Return a file of an appeal that the organisation answers."""
    given = {"account": account_id, "file": file_id, "organization": organization_id}
    return session.execute(_OF_ORGANIZATION, given | scope.values(viewer)).one_or_none()
