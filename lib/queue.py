"""Work for later: left by name, in the transaction of whatever it follows from."""

import json

from sqlalchemy import text
from sqlalchemy.orm import Session

# of whatever role: nobody but the worker reads what is waiting
_DEFER = text("SELECT defer_job(:name, CAST(:ids AS jsonb))")


def defer(session: Session, name: str, **ids: int | str) -> None:
    """Leave a job to the worker, which begins it once this transaction has been committed.

    Args:
        session: a transaction of the gate, the app or the operator.
        name: a task of ``lib.jobs.tasks``.
        ids: keys alone; a handler reads the rest for itself, as it is by then.
    """
    session.execute(_DEFER, {"name": name, "ids": json.dumps(ids)})
