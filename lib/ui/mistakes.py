"""A reported mistake, as shown to those who decide on it."""

from markupsafe import Markup

from lib.domain import formats
from lib.services.mistakes.decisions import Mistake
from lib.ui import markup, screens
from lib.ui.markup import fill

_WORDS = Markup(
    '<p class="kb-mistake-words"><span class="kb-quiet">{}</span><mark>{}</mark>'
    '<span class="kb-quiet">{}</span></p>'
)


def build_mistake(mistake: Mistake) -> Markup:
    """Return the words in their context, the screen and the comment."""
    reader = "читатель вошёл в кабинет" if mistake.is_signed else "читатель не входил в кабинет"
    facts = [("Экран", screens.format_screen_name(mistake.screen, is_signed=mistake.is_signed))]
    if mistake.comment:
        facts.append(("Пояснение", mistake.comment))
    facts.append(("Сообщили", f"{formats.format_moment(mistake.reported_at)}, {reader}"))
    words = fill(_WORDS, mistake.before, mistake.selected, mistake.after)
    return words + markup.build_facts(facts)
