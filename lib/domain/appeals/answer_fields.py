"""Fields in braces that a template of an answer may have."""

import re
from collections.abc import Mapping

from lib.errors import PortalError

NAME, NUMBER, ADDRESS, DUE = "имя", "номер", "адрес", "срок"
FIELDS: Mapping[str, str] = {
    NAME: "имя заявителя",
    NUMBER: "номер обращения",
    ADDRESS: "адрес",
    DUE: "срок ответа",
}
_FIELD = re.compile(r"\{\s*([^{}]*?)\s*\}")


class FieldUnknown(PortalError):
    """A template has an unknown field."""

    def __init__(self, field: str) -> None:
        known = ", ".join(f"{{{name}}}" for name in FIELDS)
        super().__init__(f"Поля {{{field}}} нет. Можно использовать: {known}.")


def check_fields(body: str) -> None:
    """Check the fields of a template.

    Raises:
        FieldUnknown: there is no such field.
    """
    for field in _FIELD.findall(body):
        if field.lower() not in FIELDS:
            raise FieldUnknown(field)


def fill_fields(body: str, values: Mapping[str, str]) -> str:
    """Return a text with its fields replaced by values; unknown fields stay."""
    return _FIELD.sub(lambda found: values.get(found[1].lower(), found[0]), body)
