"""Every permission with every role: what the table does not grant, nobody does or sees.

The matrix is made from the table of grants, the table of screens and the sources of the
services: later additions are covered without a new test.
"""

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from db import session as database
from lib import access, links
from lib.access import AccessDenied, Actor, Permission, Role
from lib.services.people import sign_in
from lib.ui import screens
from lib.ui.screens import Screen

ROOT = Path(__file__).parents[2]
SCREENS: tuple[Screen, ...] = (*screens.RESIDENT, *screens.STAFF, *screens.ANALYST)


def actor(role: Role) -> Actor:
    return Actor(1, "somebody", "Анна", "Петрова Анна", role, accounts=(1,))


def services() -> Iterator[tuple[str, str, Permission]]:
    """Return module, function and the permission that its first line demands."""
    for path in sorted((ROOT / "lib/services").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and len(node.body) > 1:
                first = ast.unparse(node.body[1])
                if first.startswith("actor.demand(Permission."):
                    name = first.removeprefix("actor.demand(Permission.").removesuffix(")")
                    yield module, node.name, Permission[name]


SERVICES = list(services())


def test_the_table_names_every_role_and_every_permission() -> None:
    assert set(access._GRANTS) == set(Role)
    assert set().union(*access._GRANTS.values()) == set(Permission)
    assert {permission for _, _, permission in SERVICES} == set(Permission)


def test_the_table_of_grants_is_unchanged() -> None:
    """A second list beside the table: a slip in the table is found here."""
    alone = {
        Permission.ACCOUNT_REQUESTS_DECIDE: {Role.STAFF},
        Permission.ACCOUNTS_OPEN: {Role.STAFF},
        Permission.APPEALS_ANSWER: {Role.STAFF},
        Permission.APPEALS_READ: {Role.RESIDENT, Role.STAFF},
        Permission.AUDIT_READ: {Role.ADMIN},
        Permission.EXCHANGE_MANAGE: {Role.STAFF, Role.ADMIN},
        Permission.INSIGHT_MANAGE: {Role.ADMIN},
        Permission.INSIGHT_READ: {Role.ANALYST},
        Permission.MISTAKES_DECIDE: {Role.STAFF, Role.ADMIN},
        Permission.NEWS_WRITE: {Role.STAFF},
        Permission.PAID_SERVICES_MANAGE: {Role.STAFF},
        Permission.PEOPLE_MANAGE: {Role.ADMIN},
        Permission.PROFILE_MANAGE: set(Role),
        Permission.READINGS_REVIEW: {Role.STAFF},
    }
    for permission in Permission:
        may = {role for role in Role if actor(role).may(permission)}
        assert may == alone.get(permission, {Role.RESIDENT}), permission


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("module", "function", "permission"), SERVICES)
def test_a_service_refuses_roles_without_its_permission(
    role: Role, module: str, function: str, permission: Permission
) -> None:
    if actor(role).may(permission):
        return  # the function's own tests check what it does then
    service: Any = getattr(importlib.import_module(module), function)
    arguments = dict.fromkeys(inspect.signature(service).parameters)

    with pytest.raises(AccessDenied):
        service(**(arguments | {"actor": actor(role)}))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.path or "home")
def test_a_screen_shows_nothing_to_roles_without_its_permission(role: Role, screen: Screen) -> None:
    if actor(role).may(screen.permission):
        return
    page = AppTest.from_file(str(ROOT / "pages" / screen.script), default_timeout=120)
    page.session_state["run.actor"] = actor(role)

    page.run()

    assert not page.exception
    found: Any = page.get("html")
    assert "Страница не найдена</h1>" in found[0].proto.body
    assert len(page.main.children) == len(found)  # nothing else has been drawn


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("name", ["resident", "staff", "analyst", "admin"])
def test_the_menu_has_what_is_allowed_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, signed_in: Callable[..., Actor], name: str
) -> None:
    somebody = signed_in(name)
    offered: dict[str, tuple[str, str]] = {}
    real = st.navigation

    def look(pages: list[Any], **options: Any) -> Any:
        offered.update({page.url_path: (page.title, page.visibility) for page in pages})
        return real(pages, **options)

    monkeypatch.setattr(st, "navigation", look)
    monkeypatch.setattr(sign_in, "find_actor", lambda **_: somebody)
    AppTest.from_file(str(ROOT / "pages/main.py"), default_timeout=120).run()

    tables = {"resident": screens.RESIDENT, "analyst": screens.ANALYST}
    table = tables.get(name, screens.STAFF)
    allowed = {screen.path for screen in table if somebody.may(screen.permission)}
    listed = {path for path, (_, visibility) in offered.items() if visibility != "hidden"}
    assert listed == allowed | {links.HOME, links.SIGN_OUT_PAGE}
    closed = set(links.SCREENS) - listed
    public = {path for path, _, _ in screens.PUBLIC}
    assert {path for path in closed if offered[path][0] == "Страница не найдена"} >= (
        {screen.path for screen in SCREENS} - allowed - {links.HOME} - public
    )


@pytest.mark.usefixtures("committed")
def test_the_analyst_reads_no_name_and_no_contact_in_any_table() -> None:
    """Look at every column, so that later tables are checked too."""
    with database.transaction(database.OWNER) as session:
        found = session.execute(
            text(
                "SELECT c.table_name, c.column_name FROM information_schema.columns c "
                "WHERE c.table_schema = 'public' AND c.column_name = ANY (ARRAY["
                "'last_name','first_name','middle_name','email','recipient','body_text',"
                "'body_html','username','address','browser','comment','photo','details']) "
                "AND has_column_privilege('kabinet_analyst', "
                "format('public.%I', c.table_name)::regclass, c.column_name, 'SELECT')"
            )
        ).all()
        personal = set(
            session.scalars(
                text(
                    "SELECT table_name FROM information_schema.columns WHERE table_schema = "
                    "'public' AND column_name IN ('last_name', 'email', 'recipient', 'username')"
                )
            )
        )
        readable = set(
            session.scalars(
                text(
                    "SELECT table_name FROM information_schema.table_privileges WHERE grantee IN "
                    "('kabinet_analyst', 'PUBLIC') AND table_schema = 'public' "
                    "AND privilege_type = 'SELECT'"
                )
            )
        )

    assert {"payer", "login", "login_contact", "invitation", "letter", "audit_event"} <= personal
    assert found == []
    assert not readable & personal
