"""The form that is posted to our route, which redirects the payer to the bank's page."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from lib import links
from lib.acquiring.bank import Method
from lib.ui.markup import fill, join_pieces

METHODS = ((Method.CARD, "Оплатить картой", ""), (Method.SBP, "Оплатить через СБП", " kb-plain"))
UNFINISHED = ((Method.CARD, "Продолжить оплату", ""),)
_FORM = Markup('<form method="post" action="{}" class="kb-actions">{}{}</form>')
_HIDDEN = Markup('<input type="hidden" name="{}" value="{}">')
_BUTTON = Markup('<button class="kb-button{}" type="submit" name="way" value="{}">{}</button>')


def build_online_form(
    fields: Mapping[str, object], methods: Sequence[tuple[Method, str, str]] = METHODS
) -> Markup:
    """Return the form with a button for each method.

    No field may have the name of a property of forms («method»): the sanitizer in the browser
    would remove it.

    Args:
        fields: what is paid and by which request key.
        methods: a method, the words of its button and a class of the button.
    """
    hidden = join_pieces(fill(_HIDDEN, name, value) for name, value in fields.items())
    buttons = join_pieces(
        fill(_BUTTON, mark, method.value, words) for method, words, mark in methods
    )
    return fill(_FORM, links.PAY_ONLINE, hidden, buttons)
