"""The version of a thread that its forms were drawn with, for the desk and for residents.

The run that handles a click reads the thread again. Without the kept version, the service
could not tell that somebody else has changed the thread since the form was drawn.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from lib.services.appeals.desk_work import SeenThread
from lib.services.appeals.threads import Thread
from lib.services.appeals.versions import AppealChanged
from lib.ui import session, submit

_VERSION = "version"


def keep_seen(form: str, thread: Thread) -> SeenThread:
    """Return the thread's version as its forms were first drawn."""
    summary, notes = thread.summary, _name_notes(thread)
    kept = session.find_note(notes, _VERSION)
    if kept is None:
        kept = str(thread.version)
        session.keep_note(notes, _VERSION, kept)
    return SeenThread(summary.account_id, summary.appeal_id, int(kept), session.request_key(form))


def is_drawn(form: str, thread: Thread, *, is_possible: bool) -> bool:
    """Tell whether to draw a form; for one more run after somebody made it impossible.

    A click on a button that is no longer drawn would be lost without an answer.
    """
    if is_possible:
        session.keep_note(_name_notes(thread), form, "1")
        return True
    return session.take_note(_name_notes(thread), form) is not None


@contextmanager
def report_outcome(form: str, thread: Thread, *, done: str) -> Iterator[None]:
    """Submit a step; if the thread has changed, refuse once and keep its new version."""
    with submit.report_outcome(form=form, done=done):
        try:
            yield
        except AppealChanged:
            session.keep_note(_name_notes(thread), _VERSION, str(thread.version))
            raise
        session.forget_notes(_name_notes(thread))


def _name_notes(thread: Thread) -> str:
    return f"desk.seen.{thread.summary.appeal_id}"
