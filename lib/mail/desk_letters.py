"""Letters to staff about their work; what residents wrote stays in the portal."""

from lib import config, links
from lib.domain.appeals.rules import Kind
from lib.mail.letter import Letter, compose_letter


def write_assigned(
    *, name: str, by: str, kind: Kind, number: str, account_id: int, appeal_id: int
) -> Letter:
    """Tell an employee that a thread is theirs now."""
    is_appeal = kind is Kind.APPEAL
    told = f"назначено обращение № {number}" if is_appeal else f"назначена заявка № {number}"
    noun, button = ("обращение", "обращение") if is_appeal else ("заявка", "заявку")
    address = links.screen(links.SERVICE_DESK, id=f"{account_id}-{appeal_id}")
    return compose_letter(
        subject=f"Вам {told}",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(f"{by}: {noun} № {number} теперь у вас в работе.",),
        button=(f"Открыть {button}", config.settings().address + address),
    )
