"""Letters about a registration."""

from lib import config, links
from lib.mail.letter import Letter, compose_letter

_NOT_YOU = "Если вы не регистрировались, ничего не делайте: через 7 дней заявка исчезнет сама."


def write_activation(*, name: str, username: str, token: str) -> Letter:
    """Ask to confirm a registration."""
    return compose_letter(
        subject="Подтвердите регистрацию в личном кабинете",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(
            f"Для этого адреса зарегистрировано имя пользователя {username}.",
            (
                "Чтобы начать пользоваться кабинетом, подтвердите регистрацию. "
                "Ссылка действует сутки и работает один раз."
            ),
        ),
        button=("Подтвердить регистрацию", _address(links.ACTIVATION, token=token)),
        after=(_NOT_YOU,),
    )


def write_email_taken(*, name: str, username: str) -> Letter:
    """Write to the owner of an e-mail that it was used for another registration."""
    return compose_letter(
        subject="У вас уже есть личный кабинет",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(
            (
                "Кто-то — возможно, вы сами — пытался зарегистрироваться в личном кабинете с вашим "
                f"e-mail. Он у вас уже есть, имя пользователя — {username}."
            ),
            (
                "Если забыли пароль, восстановите доступ. Если это были не вы, ничего не делайте: "
                "новая учётная запись не создана."
            ),
        ),
        button=("Восстановить доступ", _address(links.RECOVERY)),
    )


def _address(screen: str, **query: str) -> str:
    return config.get_settings().address + links.link_to_screen(screen, **query)
