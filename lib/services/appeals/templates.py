"""Templates of answers that the staff of an organisation add, change and remove."""

from db import session as database
from db.queries.appeals import templates as queries
from lib.access import AccessDenied, Actor, Permission
from lib.domain.appeals import answer_fields
from lib.errors import PortalError
from lib.services.appeals import texts
from lib.services.appeals.desk_threads import Template

LONGEST_NAME, MOST_TEMPLATES = 80, 100


class TemplateRefused(PortalError):
    """The name is missing, too long or taken, or there are too many templates."""


def list_templates(*, actor: Actor) -> tuple[Template, ...]:
    """Return the templates of the actor's organisation, by name.

    Raises:
        AccessDenied: no permission, or no organisation.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    with database.transaction(actor.viewer) as session:
        rows = queries.list_templates(session, organization_id=actor.demand_organization())
    return tuple(Template(row.id, row.name, row.body) for row in rows)


def save_template(*, actor: Actor, template_id: int | None, name: str, body: str) -> None:
    """Add a template, or change one of the actor's organisation.

    Raises:
        AccessDenied: no permission, or no such template.
        TemplateRefused: the name is missing, too long or taken, or there are too many templates.
        FieldUnknown: the text has an unknown field.
        TextRefused: the text is empty or too long.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    organization_id = actor.demand_organization()
    title = " ".join(name.split())
    if not 0 < len(title) <= LONGEST_NAME:
        raise TemplateRefused(f"Назовите шаблон: до {LONGEST_NAME} знаков.")
    cleaned_body = texts.demand_text(body)
    answer_fields.check_fields(cleaned_body)
    with database.transaction(actor.viewer) as session:
        rows = queries.list_templates(session, organization_id=organization_id)
        if any(row.name == title and row.id != template_id for row in rows):
            raise TemplateRefused("Шаблон с таким названием уже есть. Выберите другое.")
        if template_id is not None:
            if not queries.change_template(
                session,
                template_id=template_id,
                organization_id=organization_id,
                name=title,
                body=cleaned_body,
            ):
                raise AccessDenied
            return
        if len(rows) >= MOST_TEMPLATES:
            raise TemplateRefused(f"Больше {MOST_TEMPLATES} шаблонов не нужно: удалите лишние.")
        if not queries.add_template(
            session, organization_id=organization_id, name=title, body=cleaned_body
        ):
            raise TemplateRefused("Шаблон с таким названием уже есть. Выберите другое.")


def remove_template(*, actor: Actor, template_id: int) -> None:
    """Remove a template of the actor's organisation; removing it twice is no error.

    Raises:
        AccessDenied: no permission, or no organisation.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    with database.transaction(actor.viewer) as session:
        queries.remove_template(
            session, template_id=template_id, organization_id=actor.demand_organization()
        )
