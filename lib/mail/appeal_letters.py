"""Letters about threads: that something was said, and where to read it; never what was said.

A mailbox may be read by others: the account's number is starred, texts stay in the portal. Why a
term is longer is told nevertheless: the law (152-FZ, article 20) wants a notice with reasons.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from lib import config, links
from lib.domain import formats
from lib.domain.appeals import rules
from lib.domain.appeals.rules import EntryKind, Kind, Status
from lib.mail.letter import Letter, compose_letter

_SHOWN_DIGITS = 4
_STEPS: Mapping[EntryKind, str] = {
    EntryKind.ANSWER: "дан ответ",
    EntryKind.QUESTION: "вам задали вопрос",
    EntryKind.MESSAGE: "пришло сообщение",
    EntryKind.REDIRECT: "передано в другую организацию",
    EntryKind.PRICE: "предложена цена",
    EntryKind.EXTENSION: "срок ответа продлён",
}


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread as letters speak of it.

    Attributes:
        appeal_id: its key.
        number: its number.
        kind: an appeal or a paid request.
        topic: in words.
        account: number of the account.
        organization: who answers.
        due_on: by when; None where nothing says so.
    """

    appeal_id: int
    number: str
    kind: Kind
    topic: str
    account: str
    organization: str
    due_on: dt.date | None

    @property
    def name(self) -> str:
        """Return what the thread is called: «Обращение № 2014-000001»."""
        noun = "Обращение" if self.kind is Kind.APPEAL else "Заявка"
        return f"{noun} № {self.number}"


def write_registered(*, name: str, thread: Thread) -> Letter:
    """Tell a resident that what they have written is registered."""
    due = (f"Срок ответа – до {formats.day(thread.due_on)} включительно.",) if thread.due_on else ()
    return compose_letter(
        subject=f"{thread.name}: {'принято' if thread.kind is Kind.APPEAL else 'принята'}",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(
            f"{thread.name}: {thread.topic}. Лицевой счёт {_starred(thread.account)}.",
            f"Отвечает {thread.organization}.",
            *due,
        ),
        button=("Открыть переписку", _own(thread)),
    )


def write_step(
    *, name: str, thread: Thread, kind: EntryKind, status: Status | None, said: str = ""
) -> Letter:
    """Tell a resident what has happened to their thread; of a longer term, what was ``said``."""
    step = (
        f"новый статус «{rules.format_status(thread.kind, status)}»"
        if kind is EntryKind.STATUS and status
        else _STEPS[kind]
    )
    happened = f". {said}" if kind is EntryKind.EXTENSION else f": {step}."
    return compose_letter(
        subject=f"{thread.name}: {step}",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(
            f"{thread.name} ({thread.topic}){happened}",
            f"Отвечает {thread.organization}. Лицевой счёт {_starred(thread.account)}.",
            "Подробности – в личном кабинете.",
        ),
        button=("Открыть переписку", _own(thread)),
    )


def write_waiting(*, name: str, thread: Thread, step: str) -> Letter:
    """Tell a member of staff that a thread waits for their organisation.

    Args:
        name: whom the letter greets.
        thread: which one.
        step: what has happened: «новое обращение», «житель ответил».
    """
    due = (f"Срок ответа – {formats.day(thread.due_on)}.",) if thread.due_on else ()
    return compose_letter(
        subject=f"{thread.name}: {step}",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(f"{thread.name}: {step}. Тема: {thread.topic}.", *due),
        button=(
            "Открыть в очереди",
            config.settings().address + links.screen(links.SERVICE_DESK, id=thread.appeal_id),
        ),
    )


def _own(thread: Thread) -> str:
    path = links.APPEALS if thread.kind is Kind.APPEAL else links.PAID_SERVICES
    return config.settings().address + links.screen(path, id=thread.appeal_id)


def _starred(number: str) -> str:
    return f"***{number[-_SHOWN_DIGITS:]}"
