"""Letters about news and outages."""

from lib import config, links
from lib.mail.letter import Letter, compose_letter


def write_news(
    *, name: str, news_id: int, title: str, organization: str, lead: str, when: str
) -> Letter:
    """Write to a resident about news: its beginning and a link to the rest."""
    profile = config.get_settings().address + links.link_to_screen(links.PROFILE)
    paragraphs = (title, f"Когда: {when}" if when else "", lead, organization)
    return compose_letter(
        subject=title,
        greeting=f"Здравствуйте, {name}!",
        paragraphs=tuple(words for words in paragraphs if words),
        button=(
            "Читать в личном кабинете",
            config.get_settings().address + links.link_to_screen(links.NEWS, id=news_id),
        ),
        after=(
            "Вы получили это письмо, потому что согласились получать новости.",
            f"Отказаться можно в разделе «Мой профиль»: {profile}",
        ),
    )
