"""Letters to employees about their work, without the texts of residents."""

from lib import config, links
from lib.domain.appeals.rules import Kind
from lib.mail.letter import Letter, compose_letter


def write_assigned(
    *, name: str, by: str, kind: Kind, number: str, account_id: int, appeal_id: int
) -> Letter:
    """Write to an employee that a thread is assigned to them."""
    is_appeal = kind is Kind.APPEAL
    event = f"назначено обращение № {number}" if is_appeal else f"назначена заявка № {number}"
    noun, button = ("обращение", "обращение") if is_appeal else ("заявка", "заявку")
    address = links.link_to_screen(links.SERVICE_DESK, id=f"{account_id}-{appeal_id}")
    return compose_letter(
        subject=f"Вам {event}",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(f"{by}: {noun} № {number} теперь у вас в работе.",),
        button=(f"Открыть {button}", config.get_settings().address + address),
    )
