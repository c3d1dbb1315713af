"""What tests of registration, recovery and sign-in do again and again."""

import re
from typing import Any
from uuid import UUID

from sqlalchemy import text

from db import session as database
from lib.services import captchas
from lib.services.people import activations, registrations
from lib.services.people.registrations import Registration

PASSWORD = "Sirenevy-Tuman-7"
VISIT = "browser"
HOME, ELSEWHERE = "203.0.113.7", "198.51.100.9"
FORM: dict[str, Any] = {
    "last_name": "Ситдикова",
    "first_name": "Камалия",
    "middle_name": "Ришатовна",
    "username": "kamalia",
    "email": "kamalia@example.org",
    "password": PASSWORD,
    "repeated": PASSWORD,
    "agrees": True,
    "wants_news": False,
}


def solve_captcha(visit: str = VISIT) -> tuple[str, str]:
    """A captcha's key and its right answer."""
    key = captchas.create_captcha(visit=visit)
    digits = captchas.find_digits(key=UUID(key), visit=visit)
    assert digits is not None
    return key, digits


def register(**changes: Any) -> str:
    return registrations.register_resident(
        form=Registration(**(FORM | changes)), captcha=solve_captcha(), visit=VISIT, address=HOME
    )


def register_and_activate(**changes: Any) -> None:
    """Register and confirm."""
    register(**changes)
    activations.activate_login(token=token(), address=HOME)


def letters() -> list[Any]:
    """What this test has posted, the oldest first: recipient, subject, body_text, body_html.

    A test is one transaction, in which now() stands still.
    """
    with database.transaction(database.OPERATOR) as session:
        return list(
            session.execute(
                text(
                    "SELECT recipient, subject, body_text, body_html FROM letter "
                    "WHERE created_at = now() ORDER BY id"
                )
            )
        )


def token(number: int = -1) -> str:
    """The token of the last letter's link, or of another one's."""
    found = re.search(r"token=([\w-]+)", letters()[number].body_text)
    assert found is not None
    return found[1]


def fetch(statement: str, **values: Any) -> list[Any]:
    """The rows of a statement, as an operator sees them."""
    with database.transaction(database.OPERATOR) as session:
        return list(session.execute(text(statement), values))


def execute(statement: str, **values: Any) -> None:
    """Change something behind everybody's back."""
    with database.transaction(database.OWNER) as session:
        session.execute(text(statement), values)
