"""Templates of answers, which the staff of an organisation keep for themselves."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import AnswerTemplate
from db.rows import read_all


class TemplateRow(NamedTuple):
    """A template of an answer."""

    id: int
    name: str
    body: str


_OFFICE = AnswerTemplate.organization_id == bindparam("organization")
_TEMPLATES = (
    select(AnswerTemplate.id, AnswerTemplate.name, AnswerTemplate.body)
    .where(_OFFICE)
    .order_by(AnswerTemplate.name)
)
_BY_KEY = (AnswerTemplate.id == bindparam("template"), _OFFICE)
_CHANGE = (
    update(AnswerTemplate)
    .where(*_BY_KEY)
    .values(name=bindparam("called"), body=bindparam("written"))
    .returning(AnswerTemplate.id)
    .execution_options(synchronize_session=False)
)
_REMOVE = delete(AnswerTemplate).where(*_BY_KEY).execution_options(synchronize_session=False)


def list_templates(session: Session, *, organization_id: int) -> Sequence[TemplateRow]:
    """Return the templates of an organisation, by name."""
    return read_all(session.execute(_TEMPLATES, {"organization": organization_id}), TemplateRow)


def add_template(session: Session, *, organization_id: int, name: str, body: str) -> bool:
    """Add a template; return False if its name was taken a moment ago."""
    added = (
        insert(AnswerTemplate)
        .values(organization_id=organization_id, name=name, body=body)
        .on_conflict_do_nothing()
        .returning(AnswerTemplate.id)
    )
    return session.execute(added).scalar_one_or_none() is not None


def change_template(
    session: Session, *, template_id: int, organization_id: int, name: str, body: str
) -> bool:
    """Change a template of an organisation; return False if there is none."""
    values = {
        "template": template_id,
        "organization": organization_id,
        "called": name,
        "written": body,
    }
    return session.execute(_CHANGE, values).scalar_one_or_none() is not None


def remove_template(session: Session, *, template_id: int, organization_id: int) -> None:
    """Remove a template of an organisation."""
    session.execute(_REMOVE, {"template": template_id, "organization": organization_id})
