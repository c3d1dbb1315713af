"""The user guide (Руководство пользователя): contents, search and chapters, for everybody."""

import streamlit as st

from lib.ui import markup, query
from lib.ui.guide import book, view

words, chapter = query.get_text("q"), book.find_chapter(query.get_text("section"))

markup.render_title(view.TITLE)
typed = st.text_input(
    "Поиск по руководству",
    value=words,
    key="guide.search",
    max_chars=100,
    placeholder="например, поверка счётчика",
    width=480,
).strip()
if typed != words:
    query.set_values(q=typed)
if typed:
    markup.render_markup(view.build_hits(book.search_chapters(typed)) + view.build_contents())
elif chapter:
    markup.render_markup(view.build_chapter(chapter))
else:
    markup.render_markup(view.build_contents())
