"""Обращения: what was written to organisations and what they answered; `?id=` opens a thread."""

from lib import links
from lib.access import AccessDenied, Permission
from lib.domain.appeals import Kind
from lib.services import appeals
from lib.ui import (
    appeal_answers,
    appeal_asked,
    appeal_form,
    appeal_list,
    appeal_thread,
    guard,
    markup,
    query,
)

actor = guard.require(Permission.APPEALS_WRITE)
page = query.number("page")

if query.words("id"):
    try:
        thread = appeals.get_thread(
            actor=actor, appeal_id=query.number("id") or 0, page=page, kind=Kind.APPEAL
        )
    except AccessDenied:
        guard.refuse()
    one = thread.summary
    back = f'<p class="kb-links"><a href="{links.screen(links.APPEALS)}">Все обращения</a></p>'
    markup.show(
        markup.heading(f"Обращение № {one.number}")
        + back
        + f'<h2 class="kb-subtitle">{markup.text(one.topic)}</h2>'
        + appeal_thread.facts(thread)
        + appeal_thread.lines(thread, address=links.APPEALS)
    )
    appeal_answers.show(actor, thread)
elif appeal_asked.is_asked() and actor.accounts:
    appeal_form.show(actor)
else:
    appeal_list.show(appeals.list_own(actor=actor, page=page or 1))
