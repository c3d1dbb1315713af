"""The organisation's news (Новости): staff write, schedule, change and withdraw them."""

import streamlit as st

from lib.access import AccessDenied, Permission
from lib.domain import news as rules
from lib.domain.news import Kind
from lib.services.news import desk, publication
from lib.ui import guard, markup, query, session, submit
from lib.ui.news import editor, own_news

actor = guard.require(Permission.NEWS_WRITE)
news_id = query.get_number("id")
kind = next((kind for kind in Kind if kind == query.get_text("new")), None)

if news_id is not None:
    try:
        own = desk.get_news(actor=actor, news_id=news_id)
    except AccessDenied:
        guard.refuse()
    reach = desk.get_reach(actor=actor)
    markup.render_markup(own_news.build_card(own, reach))
    if own.withdrawn is None:
        if own.is_ours:
            markup.render_subtitle("Изменить")
            form = f"news.change.{own.news_id}"
            version = editor.keep_version(form, own)
            draft, sent = editor.ask_draft(
                actor, form, kind=own.kind, reach=reach, button="Сохранить", own=own
            )
            if sent:
                with submit.report_outcome(form=form, done="Изменения сохранены."):
                    publication.change_news(
                        actor=actor,
                        news_id=own.news_id,
                        draft=draft,
                        version=version,
                        address=session.get_address(),
                    )
        form = f"news.withdraw.{own.news_id}"
        with st.form(f"{form}.{session.request_key(form)}", border=False):
            reason = st.text_input(
                "Почему снимаете новость",
                max_chars=rules.LONGEST_REASON,
                placeholder="увидят только сотрудники",
            )
            withdrawn = st.form_submit_button("Снять с публикации")
        if withdrawn:
            with submit.report_outcome(form=form, done="Новость снята: жители её больше не видят."):
                publication.withdraw_news(
                    actor=actor,
                    news_id=own.news_id,
                    reason=reason or "",
                    address=session.get_address(),
                )
    markup.render_markup(own_news.build_back())
elif kind is not None:
    markup.render_title("Новое отключение" if kind is Kind.OUTAGE else "Новая новость")
    form, reach = f"news.new.{kind}", desk.get_reach(actor=actor)
    draft, sent = editor.ask_draft(actor, form, kind=kind, reach=reach, button="Опубликовать")
    if sent:
        with submit.report_outcome(form=form, done="Готово: жители увидят новость."):
            news_id = publication.publish_news(
                actor=actor,
                draft=draft,
                request_key=session.request_key(form),
                address=session.get_address(),
            )
            query.set_values(new=None, id=news_id)
    markup.render_markup(own_news.build_back())
else:
    page = query.get_number("page") or 1
    found = desk.list_news(actor=actor, page=page)
    markup.render_markup(own_news.build_list(found, page=page))
