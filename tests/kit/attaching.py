"""Shared by tests of attaching accounts."""

import io
from collections.abc import Callable
from typing import Any

from PIL import Image

from lib.access import Actor, Role
from lib.errors import PortalError
from lib.services.accounts import attachments
from lib.services.accounts.attachments import CaptchaAnswer
from lib.services.accounts.claims import Claim
from lib.services.people import logins
from lib.services.people.logins import NewLogin
from tests.kit.identity import VISIT, fetch, sign_in_as, solve_captcha

HOME, ELSEWHERE = "203.0.113.7", "198.51.100.9"
PASSWORD = "Sirenevy-Tuman-7"
NUMBER = "0000012345"
PAID_ON, PAID = "18.09.2014", "123,45"


def newcomer(username: str = "newcomer") -> Actor:
    """Add a resident without accounts and sign in."""
    login = NewLogin(username, f"{username}@example.org", "Ситдикова", "Камалия", Role.RESIDENT)
    logins.add_login(new=login, password=PASSWORD)
    return sign_in_as(username)


def golden_claim() -> Claim:
    """Return the claim to the golden account that its owner would type."""
    (row,) = fetch(
        "SELECT organization_id, premise_id, number FROM account WHERE number = :number",
        number=NUMBER,
    )
    return Claim(row.organization_id, row.premise_id, row.number)


def free_claim() -> Claim:
    """Return the claim to an account that nobody has attached."""
    row = fetch(
        "SELECT organization_id, premise_id, number FROM account a WHERE NOT EXISTS "
        "(SELECT FROM account_access x WHERE x.account_id = a.id) ORDER BY id LIMIT 1"
    )[0]
    return Claim(row.organization_id, row.premise_id, row.number)


def captcha_answer(visit: str = VISIT) -> CaptchaAnswer:
    key, digits = solve_captcha(visit)
    return CaptchaAnswer(key, visit, digits)


def attach(actor: Actor, claim: Claim | None = None, **changes: Any) -> None:
    """Attach by the last payment; every value is right unless changed."""
    typed = {
        "paid_on": PAID_ON,
        "amount": PAID,
        "captcha": None,
        "address": HOME,
    } | changes
    typed["captcha"] = typed["captcha"] or captcha_answer()
    attachments.attach_by_payment(actor=actor, claim=claim or golden_claim(), **typed)


def attached_numbers(actor: Actor) -> set[str]:
    """Return the numbers of the accounts that the login sees."""
    rows = fetch(
        "SELECT a.number FROM account_access x JOIN account a ON a.id = x.account_id "
        "WHERE x.login_id = :login",
        login=actor.login_id,
    )
    return {row.number for row in rows}


def photo(size: tuple[int, int] = (80, 60), kind: str = "JPEG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "white").save(buffer, kind, **options)
    return buffer.getvalue()


def refusal_text(act: Callable[[], object]) -> str:
    """Return the message of a refusal; empty without one."""
    try:
        act()
    except PortalError as error:
        return str(error)
    return ""
