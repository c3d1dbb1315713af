"""Several appeals assigned, answered or closed at once, each in a transaction of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lib.access import Actor, Permission
from lib.domain.appeals.rules import Status
from lib.errors import PortalError
from lib.services.appeals import desk_answers, desk_work
from lib.services.appeals.desk_work import SeenThread
from lib.services.appeals.versions import AppealChanged

MOST = 50
LEFT_OUT = "пропущено, изменилось, пока вы выбирали"


class BatchRefused(PortalError):
    """No appeal was chosen, or too many."""

    def __init__(self) -> None:
        super().__init__(f"Выберите обращения: от одного до {MOST}.")


@dataclass(frozen=True, slots=True)
class ChosenAppeal:
    """An appeal of a batch, with the version that the screen showed."""

    account_id: int
    appeal_id: int
    number: str
    version: int


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """The result of a batch: how many were done, and the numbers and reasons of the others."""

    done: int
    refused: tuple[tuple[str, str], ...]


def assign_appeals(
    *, actor: Actor, chosen: Sequence[ChosenAppeal], to: int | None, request_key: str
) -> BatchOutcome:
    """Assign several appeals to a colleague, or to nobody.

    Raises:
        AccessDenied: no permission.
        BatchRefused: no appeal was chosen, or too many.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    return _run_for_each(
        chosen, request_key, lambda seen: desk_work.assign_appeal(actor=actor, seen=seen, to=to)
    )


def answer_appeals(
    *, actor: Actor, chosen: Sequence[ChosenAppeal], text: str, request_key: str
) -> BatchOutcome:
    """Send the same answer to several appeals; fields in braces are filled in for each.

    Raises:
        AccessDenied: no permission.
        BatchRefused: no appeal was chosen, or too many.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    return _run_for_each(
        chosen,
        request_key,
        lambda seen: desk_answers.send_answer(actor=actor, seen=seen, text=text),
    )


def close_appeals(
    *, actor: Actor, chosen: Sequence[ChosenAppeal], request_key: str
) -> BatchOutcome:
    """Close several answered appeals.

    Raises:
        AccessDenied: no permission.
        BatchRefused: no appeal was chosen, or too many.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    return _run_for_each(
        chosen,
        request_key,
        lambda seen: desk_answers.change_status(
            actor=actor, seen=seen, to=Status.CLOSED, reason=""
        ),
    )


def _run_for_each(
    chosen: Sequence[ChosenAppeal], request_key: str, step: Callable[[SeenThread], None]
) -> BatchOutcome:
    if not 0 < len(chosen) <= MOST:
        raise BatchRefused
    refused = []
    for appeal in chosen:
        key = f"{request_key}.{appeal.appeal_id}"
        try:
            step(SeenThread(appeal.account_id, appeal.appeal_id, appeal.version, key))
        except AppealChanged as changed:
            refused.append((appeal.number, f"{LEFT_OUT}: {changed.what}."))
        except PortalError as refusal:
            refused.append((appeal.number, str(refusal)))
    return BatchOutcome(len(chosen) - len(refused), tuple(refused))
