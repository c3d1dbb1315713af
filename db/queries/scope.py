"""The one definition of «may see», beside row security: two locks on the door."""

from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, bindparam
from sqlalchemy.orm import InstrumentedAttribute

from db.session import Viewer

_ACCOUNTS = bindparam("scope_accounts", type_=ARRAY(BigInteger))


def visible(
    account: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
) -> ColumnElement[bool]:
    """Return the condition that a row belongs to one of the viewer's accounts."""
    return account == any_(_ACCOUNTS)


def values(viewer: Viewer) -> dict[str, Any]:
    """Return what ``visible`` needs at execution."""
    return {"scope_accounts": list(viewer.accounts)}
