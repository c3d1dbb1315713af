"""A resident's own requests for accounts: what waits, and what was decided and why."""

from lib.domain import formats
from lib.services.accounts.requests import OwnRequest, Status
from lib.ui import markup, tables
from lib.ui.tables import Heading

_STATES = {
    Status.NEW: "Ждёт решения",
    Status.APPROVED: "Одобрена: счёт присоединён",
    Status.DECLINED: "Отклонена",
}


def show(requests: tuple[OwnRequest, ...]) -> None:
    """Draw the requests, where there are any."""
    if not requests:
        return
    markup.show(
        tables.table(
            caption="Мои заявки на лицевые счета",
            headings=(
                Heading("Лицевой счёт"),
                Heading("Адрес", is_word=True),
                Heading("Организация", is_word=True),
                Heading("Отправлена", is_word=True),
                Heading("Состояние", is_word=True),
            ),
            rows=[
                (
                    one.number,
                    one.address,
                    one.organization,
                    formats.day(one.requested_at),
                    _state(one),
                )
                for one in requests
            ],
            kind="kb-requests",
        )
    )


def _state(request: OwnRequest) -> str:
    state = _STATES[request.status]
    return f"{state}: {request.reason}" if request.reason else state
