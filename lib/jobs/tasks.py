"""The table of the worker's tasks: each with its handler, attempts and schedule.

A handler may run twice, even at the same time: it must not repeat what is done already.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from lib import storage
from lib.services import attempts, letters
from lib.services.appeals import notices as appeal_notices
from lib.services.insight.facts import checking, refreshing
from lib.services.insight.saved import view_letters
from lib.services.mistakes import notices as mistake_notices
from lib.services.news import letters as news_letters
from lib.services.payments import settlement
from lib.services.people import data_exports, invitations, registrations

# with growing pauses between them, eight attempts take half an hour, twenty half a day
_ATTEMPTS, _LETTER_ATTEMPTS = 8, 20


@dataclass(frozen=True, slots=True)
class Task:
    """A handler and the rules by which the worker calls it.

    Attributes:
        function: the handler; it takes the keys that ``lib.queue.defer`` got with the job.
        attempts: how often the job is tried before it is marked as failed.
        schedule: when the handler runs by itself (cron, UTC); None: only for an added job.
    """

    function: Callable[..., object]
    attempts: int = _ATTEMPTS
    schedule: str | None = None


def make_data_export(*, export_id: str) -> None:
    """Make a copy of a login's data."""
    data_exports.make_export(export_id=UUID(export_id))


def delete_file(*, kind: str, key: str) -> None:
    """Delete a stored file that no row refers to any more."""
    storage.delete(kind, key)


TASKS: Mapping[str, Task] = MappingProxyType(
    {
        "ask_about_payments": Task(settlement.check_due_payments, schedule="* * * * *"),
        "close_appeals": Task(appeal_notices.close_answered, schedule="43 * * * *"),
        "check_facts": Task(checking.check_facts, schedule="23 23 * * *"),
        "delete_file": Task(delete_file),
        "forget_letters": Task(letters.delete_old_letters, schedule="17 22 * * *"),
        "make_data_export": Task(make_data_export),
        "refresh_facts": Task(refreshing.keep_fresh, schedule="*/3 * * * *"),
        "remove_data_exports": Task(data_exports.remove_old_exports, schedule="7 * * * *"),
        "remove_old_attempts": Task(attempts.remove_old_attempts, schedule="*/10 * * * *"),
        "remove_spent_invitations": Task(
            invitations.remove_spent_invitations, schedule="35 * * * *"
        ),
        "remove_stale_registrations": Task(
            registrations.remove_stale_registrations, schedule="25 * * * *"
        ),
        "send_letter": Task(letters.send_letter, attempts=_LETTER_ATTEMPTS),
        "tell_of_appeal": Task(appeal_notices.post_letters),
        "tell_of_mistakes": Task(mistake_notices.post_notices),
        "tell_of_views": Task(view_letters.post_due_letters, schedule="*/10 * * * *"),
        "tell_published_news": Task(news_letters.post_letters, schedule="* * * * *"),
    }
)
