"""Several appeals at once: assigned, answered, closed - each by itself, each under its own lock."""

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
    """Nothing was chosen, or too much."""

    def __init__(self) -> None:
        super().__init__(f"Выберите обращения: от одного до {MOST}.")


@dataclass(frozen=True, slots=True)
class ChosenAppeal:
    """An appeal of a batch, of the version that the screen showed."""

    account_id: int
    appeal_id: int
    number: str
    version: int


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What has become of a batch: how many were done, and why the others were not, by number."""

    done: int
    refused: tuple[tuple[str, str], ...]


def assign_appeals(
    *, actor: Actor, chosen: Sequence[ChosenAppeal], to: int | None, request_key: str
) -> BatchOutcome:
    """Give several appeals to a colleague.

    Raises:
        AccessDenied: no permission.
        BatchRefused: nothing was chosen, or too much.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    return _each(
        chosen, request_key, lambda seen: desk_work.assign_appeal(actor=actor, seen=seen, to=to)
    )


def answer_appeals(
    *, actor: Actor, chosen: Sequence[ChosenAppeal], text: str, request_key: str
) -> BatchOutcome:
    """Answer several appeals alike; fields in braces are filled in for each.

    Raises:
        AccessDenied: no permission.
        BatchRefused: nothing was chosen, or too much.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    return _each(
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
        BatchRefused: nothing was chosen, or too much.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    return _each(
        chosen,
        request_key,
        lambda seen: desk_answers.change_status(
            actor=actor, seen=seen, to=Status.CLOSED, reason=""
        ),
    )


def _each(
    chosen: Sequence[ChosenAppeal], request_key: str, step: Callable[[SeenThread], None]
) -> BatchOutcome:
    if not 0 < len(chosen) <= MOST:
        raise BatchRefused
    refused = []
    for one in chosen:
        key = f"{request_key}.{one.appeal_id}"
        try:
            step(SeenThread(one.account_id, one.appeal_id, one.version, key))
        except AppealChanged as changed:
            refused.append((one.number, f"{LEFT_OUT}: {changed.what}."))
        except PortalError as refusal:
            refused.append((one.number, str(refusal)))
    return BatchOutcome(len(chosen) - len(refused), tuple(refused))
