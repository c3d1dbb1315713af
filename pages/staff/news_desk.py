"""Новости организации: staff write, schedule, change and withdraw them."""

from lib.access import AccessDenied, Permission
from lib.domain.news import Kind
from lib.services import news_desk
from lib.ui import guard, news_editor, news_own, query

actor = guard.require(Permission.NEWS_WRITE)
news_id = query.number("id")
kind = next((one for one in Kind if one == query.words("new")), None)

if news_id is not None:
    try:
        own = news_desk.get_own(actor=actor, news_id=news_id)
    except AccessDenied:
        guard.refuse()
    reach = news_desk.get_reach(actor=actor)
    news_own.card(own, reach)
    if own.withdrawn is None:
        if own.is_ours:
            news_editor.change(actor, own, reach)
        news_own.withdrawal(actor, own)
    news_own.back()
elif kind is not None:
    news_editor.write(actor, kind, news_desk.get_reach(actor=actor))
    news_own.back()
else:
    page = query.number("page") or 1
    news_own.show(news_desk.list_own(actor=actor, page=page), page=page)
