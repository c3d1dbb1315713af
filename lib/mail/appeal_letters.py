"""Letters about appeals: what happened and a link, without the texts of the conversation.

Others may read the mailbox, so the account's number is masked and texts stay in the portal. An
extension of the term is the exception: 152-FZ, article 20, requires a notice with reasons.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from lib import config, links
from lib.domain import formats
from lib.domain.appeals import rules
from lib.domain.appeals.rules import EntryKind, Kind, Status
from lib.mail.letter import Letter, compose_letter, mask_number

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
    """A thread as letters need it.

    Attributes:
        appeal_id: its key.
        number: its number.
        kind: an appeal or a paid request.
        topic: its topic in words.
        account: number of the account.
        organization: name of the organisation that answers.
        due_on: last day for the answer; None where there is no term.
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
        """Return the name of the thread: «Обращение № 2014-000001»."""
        noun = "Обращение" if self.kind is Kind.APPEAL else "Заявка"
        return f"{noun} № {self.number}"


def write_registered(*, name: str, thread: Thread) -> Letter:
    """Write to a resident that an appeal or a request is registered."""
    due = (
        (f"Срок ответа – до {formats.format_date(thread.due_on)} включительно.",)
        if thread.due_on
        else ()
    )
    return compose_letter(
        subject=f"{thread.name}: {'принято' if thread.kind is Kind.APPEAL else 'принята'}",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(
            f"{thread.name}: {thread.topic}. Лицевой счёт {mask_number(thread.account)}.",
            f"Отвечает {thread.organization}.",
            *due,
        ),
        button=("Открыть переписку", _own(thread)),
    )


def write_step(
    *, name: str, thread: Thread, kind: EntryKind, status: Status | None, extension: str = ""
) -> Letter:
    """Write to a resident what happened to a thread; ``extension`` is the text of an extension."""
    step = (
        f"новый статус «{rules.format_status(thread.kind, status)}»"
        if kind is EntryKind.STATUS and status
        else _STEPS[kind]
    )
    happened = f". {extension}" if kind is EntryKind.EXTENSION else f": {step}."
    return compose_letter(
        subject=f"{thread.name}: {step}",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(
            f"{thread.name} ({thread.topic}){happened}",
            f"Отвечает {thread.organization}. Лицевой счёт {mask_number(thread.account)}.",
            "Подробности – в личном кабинете.",
        ),
        button=("Открыть переписку", _own(thread)),
    )


def write_waiting(*, name: str, thread: Thread, step: str) -> Letter:
    """Write to an employee that a thread waits for their organisation.

    Args:
        name: the employee's name.
        thread: the thread.
        step: what happened: «новое обращение», «житель ответил».
    """
    due = (f"Срок ответа – {formats.format_date(thread.due_on)}.",) if thread.due_on else ()
    return compose_letter(
        subject=f"{thread.name}: {step}",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(f"{thread.name}: {step}. Тема: {thread.topic}.", *due),
        button=(
            "Открыть в очереди",
            config.get_settings().address
            + links.link_to_screen(links.SERVICE_DESK, id=thread.appeal_id),
        ),
    )


def _own(thread: Thread) -> str:
    path = links.APPEALS if thread.kind is Kind.APPEAL else links.PAID_SERVICES
    return config.get_settings().address + links.link_to_screen(path, id=thread.appeal_id)
