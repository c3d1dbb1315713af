"""A resident's own requests for accounts, with the decisions and their reasons."""

from lib.domain import formats
from lib.services.accounts.requests import OwnRequest, Status
from lib.ui import markup, tables
from lib.ui.tables import Heading

_STATES = {
    Status.NEW: "Ждёт решения",
    Status.APPROVED: "Одобрена: счёт присоединён",
    Status.DECLINED: "Отклонена",
}


def render_requests(requests: tuple[OwnRequest, ...]) -> None:
    """Draw the requests; nothing where there are no requests."""
    if not requests:
        return
    markup.render_markup(
        tables.build_table(
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
                    request.number,
                    request.address,
                    request.organization,
                    formats.format_date(request.requested_at),
                    _format_state(request),
                )
                for request in requests
            ],
            kind="kb-requests",
        )
    )


def _format_state(request: OwnRequest) -> str:
    state = _STATES[request.status]
    return f"{state}: {request.reason}" if request.reason else state
