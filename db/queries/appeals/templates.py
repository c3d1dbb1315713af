"""Templates of answers: of one organisation, by its staff."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import AnswerTemplate

_OFFICE = AnswerTemplate.organization_id == bindparam("organization")
_TEMPLATES = (
    select(AnswerTemplate.id, AnswerTemplate.name, AnswerTemplate.body)
    .where(_OFFICE)
    .order_by(AnswerTemplate.name)
)
_ONE = (AnswerTemplate.id == bindparam("template"), _OFFICE)
_CHANGE = (
    update(AnswerTemplate)
    .where(*_ONE)
    .values(name=bindparam("called"), body=bindparam("written"))
    .returning(AnswerTemplate.id)
    .execution_options(synchronize_session=False)
)
_REMOVE = delete(AnswerTemplate).where(*_ONE).execution_options(synchronize_session=False)


def templates(session: Session, *, organization_id: int) -> Sequence[AnyRow]:
    """Return the templates of an organisation, by name."""
    return session.execute(_TEMPLATES, {"organization": organization_id}).all()


def add(session: Session, *, organization_id: int, name: str, body: str) -> bool:
    """Add a template; False where its name was taken this very moment."""
    made = (
        insert(AnswerTemplate)
        .values(organization_id=organization_id, name=name, body=body)
        .on_conflict_do_nothing()
        .returning(AnswerTemplate.id)
    )
    return session.execute(made).scalar_one_or_none() is not None


def change(
    session: Session, *, template_id: int, organization_id: int, name: str, body: str
) -> bool:
    """Change a template of an organisation; False where there is none."""
    values = {
        "template": template_id,
        "organization": organization_id,
        "called": name,
        "written": body,
    }
    return session.execute(_CHANGE, values).scalar_one_or_none() is not None


def remove(session: Session, *, template_id: int, organization_id: int) -> None:
    """Remove a template of an organisation."""
    session.execute(_REMOVE, {"template": template_id, "organization": organization_id})
