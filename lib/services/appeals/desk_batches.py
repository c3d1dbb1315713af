"""Several appeals at once: assigned, answered, closed - each by itself, each under its own lock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lib.access import Actor, Permission
from lib.domain.appeals.rules import Status
from lib.errors import PortalError
from lib.services.appeals import desk_answers, desk_work
from lib.services.appeals.desk_work import Seen
from lib.services.appeals.versions import AppealChanged

MOST = 50
LEFT_OUT = "пропущено, изменилось, пока вы выбирали"


class BatchRefused(PortalError):
    """Nothing was chosen, or too much."""

    def __init__(self) -> None:
        super().__init__(f"Выберите обращения: от одного до {MOST}.")


@dataclass(frozen=True, slots=True)
class Chosen:
    """An appeal of a batch, of the version that the screen showed."""

    account_id: int
    appeal_id: int
    number: str
    version: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has become of a batch: how many were done, and why the others were not, by number."""

    done: int
    refused: tuple[tuple[str, str], ...]


def assign(*, actor: Actor, chosen: Sequence[Chosen], to: int | None, request_key: str) -> Outcome:
    """Give several appeals to a colleague.

    Raises:
        AccessDenied: no permission.
        BatchRefused: nothing was chosen, or too much.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    return _each(chosen, request_key, lambda seen: desk_work.assign(actor=actor, seen=seen, to=to))


def answer(*, actor: Actor, chosen: Sequence[Chosen], text: str, request_key: str) -> Outcome:
    """Answer several appeals alike; fields in braces are filled in for each.

    Raises:
        AccessDenied: no permission.
        BatchRefused: nothing was chosen, or too much.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    return _each(
        chosen, request_key, lambda seen: desk_answers.answer(actor=actor, seen=seen, text=text)
    )


def close(*, actor: Actor, chosen: Sequence[Chosen], request_key: str) -> Outcome:
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


def _each(chosen: Sequence[Chosen], request_key: str, step: Callable[[Seen], None]) -> Outcome:
    if not 0 < len(chosen) <= MOST:
        raise BatchRefused
    refused = []
    for one in chosen:
        key = f"{request_key}.{one.appeal_id}"
        try:
            step(Seen(one.account_id, one.appeal_id, one.version, key))
        except AppealChanged as changed:
            refused.append((one.number, f"{LEFT_OUT}: {changed.what}."))
        except PortalError as refusal:
            refused.append((one.number, str(refusal)))
    return Outcome(len(chosen) - len(refused), tuple(refused))
