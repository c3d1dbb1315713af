"""What a thread's forms were drawn with: a change that was made meanwhile is told once.

Of use to the desk and to residents alike: either side may be the one that was faster.

The run that takes a click in reads the thread anew; without this it would take the colleague's
change for what its own forms had shown.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from lib.services.appeals.desk_work import SeenThread
from lib.services.appeals.threads import Thread
from lib.services.appeals.versions import AppealChanged
from lib.ui import session, submit

_VERSION = "version"


def seen(form: str, thread: Thread) -> SeenThread:
    """Return the thread as its forms first had it."""
    one, notes = thread.summary, _notes(thread)
    kept = session.noted(notes, _VERSION)
    if kept is None:
        kept = str(thread.version)
        session.note(notes, _VERSION, kept)
    return SeenThread(one.account_id, one.appeal_id, int(kept), session.request_key(form))


def has(form: str, thread: Thread, *, is_possible: bool) -> bool:
    """Tell whether to draw a form; once more where a colleague has just made it impossible.

    A press on a button that is drawn no more would be lost without a word.
    """
    if is_possible:
        session.note(_notes(thread), form, "1")
        return True
    return session.take_note(_notes(thread), form) is not None


@contextmanager
def outcome(form: str, thread: Thread, *, done: str) -> Iterator[None]:
    """Take in a step; where somebody was faster, the next click knows what has changed."""
    with submit.outcome(form=form, done=done):
        try:
            yield
        except AppealChanged:
            session.note(_notes(thread), _VERSION, str(thread.version))
            raise
        session.forget_notes(_notes(thread))


def _notes(thread: Thread) -> str:
    return f"desk.seen.{thread.summary.appeal_id}"
