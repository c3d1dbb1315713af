"""Words that several screens share."""

from collections.abc import Mapping

from lib.access import Role

ROLES: Mapping[Role, str] = {
    Role.RESIDENT: "житель",
    Role.STAFF: "сотрудник организации",
    Role.ANALYST: "аналитик",
    Role.ADMIN: "администратор",
}
