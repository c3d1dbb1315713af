"""Fields in braces that an answer's template has, and what is put in their place."""

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
    """A template asks for what there is not."""

    def __init__(self, field: str) -> None:
        known = ", ".join(f"{{{name}}}" for name in FIELDS)
        super().__init__(f"Поля {{{field}}} нет. Можно использовать: {known}.")


def check(body: str) -> None:
    """Refuse a template with a field that is none.

    Raises:
        FieldUnknown: there is one.
    """
    for field in _FIELD.findall(body):
        if field.lower() not in FIELDS:
            raise FieldUnknown(field)


def fill(body: str, values: Mapping[str, str]) -> str:
    """Put values in the place of fields; what is no field stays as it was written."""
    return _FIELD.sub(lambda found: values.get(found[1].lower(), found[0]), body)
