"""The queue of jobs: a job is added in the transaction that it follows from."""

import json

from sqlalchemy import text
from sqlalchemy.orm import Session

# any role may add a job; only the worker reads them
_DEFER = text("SELECT defer_job(:name, CAST(:ids AS jsonb))")


_DEFER_ONCE = text(
    "SELECT defer_job(:name, '{}') WHERE NOT EXISTS (SELECT FROM procrastinate_jobs "
    "WHERE task_name = :name AND status = 'todo')"
)


def defer(session: Session, name: str, **ids: int | str) -> None:
    """Add a job for the worker, which starts it after this transaction is committed.

    Args:
        session: a transaction of the gate, the app or the operator.
        name: a task of ``lib.jobs.tasks``.
        ids: only keys; the task reads the current rows itself.
    """
    session.execute(_DEFER, {"name": name, "ids": json.dumps(ids)})


def defer_once(session: Session, name: str) -> None:
    """Add a job unless the same one is waiting already: many imports need it only once.

    Args:
        session: a transaction of the owner, who alone may see the queue.
        name: a task of ``lib.jobs.tasks`` that takes no keys.
    """
    session.execute(_DEFER_ONCE, {"name": name})
