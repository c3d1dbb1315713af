"""News (Новости): of the centre, the resident's organisations and houses; outages on top."""

import streamlit as st

from lib.access import AccessDenied, Permission
from lib.services.news import feed
from lib.ui import frame, guard, markup, query, submit
from lib.ui.news import news_list

actor = guard.require(Permission.NEWS_READ)
news_id = query.get_number("id")

if news_id is not None:
    try:
        item = feed.open_news(actor=actor, news_id=news_id)
    except AccessDenied:
        markup.render_markup(news_list.build_not_found())
    else:
        markup.render_markup(news_list.build_article(item))
    frame.end_screen()

page = query.get_number("page") or 1
found = feed.list_news(actor=actor, page=page)
title, news = markup.build_title("Новости"), news_list.build_list(found, page=page)
if not found.items:
    markup.render_markup(title + news)
    frame.end_screen()

if found.unread:
    title += markup.build_hint(f"Непрочитанных: {found.unread}")
markup.render_markup(title)
if found.unread and st.button("Отметить все прочитанными", icon=":material/done_all:"):
    with submit.report_outcome(form="news.read", done="Все новости отмечены прочитанными."):
        feed.mark_all_read(actor=actor)
markup.render_markup(news)
