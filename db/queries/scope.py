"""The condition «this row is of the viewer's accounts», which queries add to row security."""

from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, bindparam
from sqlalchemy.orm import InstrumentedAttribute

from db.session import Viewer

_ACCOUNTS = bindparam("scope_accounts", type_=ARRAY(BigInteger))


def match_viewer(
    account: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
) -> ColumnElement[bool]:
    """Return the condition that a row belongs to one of the viewer's accounts."""
    return account == any_(_ACCOUNTS)


def bind_viewer(viewer: Viewer) -> dict[str, object]:
    """Return the parameters for a statement with the condition ``match_viewer``."""
    return {"scope_accounts": list(viewer.accounts)}
