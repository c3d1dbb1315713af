"""«Мои виды»: one's own views, those of colleagues, and subscriptions with their log."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from lib import clock, links
from lib.access import Actor
from lib.domain import formats
from lib.domain.insight.view import Place, read_view
from lib.domain.payments.payment import CHANNELS
from lib.services.insight.saved import subscriptions
from lib.services.insight.saved.subscriptions import Subscription
from lib.services.insight.saved.views import SavedView
from lib.ui import cached, markup, screens, session, submit, tables
from lib.ui.insight import _view_forms
from lib.ui.markup import EMPTY, escape, fill

_EMPTY = (
    "Сохранённых видов пока нет. На любом экране аналитики выберите фильтры и нажмите "
    "«Сохранить вид»: он появится здесь."
)
_OUTCOMES = {"sent": "отправлено", "not_sent": "не отправлено", "waiting": "ждёт"}
_OWN = tables.list_word_headings("Название", "Что показывает", "Месяцы", "Кому виден", "Действие")
_SHARED = tables.list_word_headings(
    "Название", "Что показывает", "Месяцы", "Кто сохранил", "Действие"
)
_LOG = tables.list_word_headings("Когда", "Письмо", "Почему")


def build_lists(views: Sequence[SavedView]) -> Markup:
    """Return one's own views and those of colleagues as tables."""
    if not views:
        return markup.build_note(_EMPTY)
    own = [view for view in views if view.is_own]
    shared = [view for view in views if not view.is_own]
    built = EMPTY
    if own:
        rows = [(*_describe(view), _name_audience(view), _link(view, "Изменить")) for view in own]
        built += tables.build_table(
            caption="Сохранённые мной", headings=_OWN, rows=rows, kind="kb-views"
        )
    if shared:
        rows = [(*_describe(view), view.author, _offer(view)) for view in shared]
        built += tables.build_table(
            caption="Сохранённые коллегами", headings=_SHARED, rows=rows, kind="kb-views"
        )
    return built


def _describe(view: SavedView) -> tuple[Markup, str, str]:
    name = fill(Markup('<a href="{}">{}</a>'), view.address, view.name)
    return name, describe_filters(view), describe_months(view)


def _name_audience(view: SavedView) -> str:
    return "мне и коллегам" if view.is_shared else "только мне"


def _offer(view: SavedView) -> Markup:
    """Return the link to subscribe; a free query is not sent by e-mail."""
    return _link(view, "Подписаться") if view.is_mailed else escape(formats.NO_DATA)


def _link(view: SavedView, words: str) -> Markup:
    return markup.build_link(words, links.link_to_screen(links.SAVED_VIEWS, id=view.view_id))


def describe_filters(view: SavedView) -> str:
    """Return the screen of a view and its filters in words."""
    titles = {screen.path: screen.title for screen in screens.ANALYST}
    chosen = read_view(view.query, latest=clock.today().replace(day=1))
    place = chosen.place
    parts = [
        titles.get(view.path, view.path),
        _name_place(place),
        chosen.group or "",
        chosen.service or "",
        CHANNELS.get(chosen.channel, chosen.channel) if chosen.channel else "",
    ]
    return " · ".join(part for part in parts if part)


def _name_place(place: Place) -> str:
    if place.organization is None:
        return ""
    names = {known.organization_id: known.name for known in cached.list_organizations()}
    name = names.get(place.organization, "организация, которой больше нет")
    return " · ".join(filter(None, [name, _name_street(place.organization, place)]))


def _name_street(organization: int, place: Place) -> str:
    if place.house is None:
        return place.street or ""
    found = cached.find_houses(organization, place.street or "")
    addresses = {house.house_id: house.address for house in found}
    return addresses.get(place.house, f"{place.street}, один дом")


def describe_months(view: SavedView) -> str:
    """Return the months of a view in words."""
    if view.path == links.FREE_QUERY:
        return formats.NO_DATA
    if view.is_moving:
        return "последние 12"
    chosen = read_view(view.query, latest=clock.today().replace(day=1))
    if chosen.day is not None:
        return f"на {formats.format_date(chosen.day)}"
    return formats.format_months(chosen.since, chosen.until)


def render_subscriptions(actor: Actor, found: Sequence[Subscription]) -> None:
    """Draw the subscriptions, each with its buttons and its log."""
    if not found:
        return
    markup.render_subtitle("Подписки")
    for subscription in found:
        _render_subscription(actor, subscription)


def describe_subscription(subscription: Subscription) -> str:
    """Return when the letters of a subscription are sent, in words."""
    if not subscription.figure:
        return _view_forms.OCCASIONS[subscription.occasion]
    side = "выше" if subscription.is_above else "ниже"
    return f"когда «{subscription.figure}» станет {side} {subscription.bound}"


def _render_subscription(actor: Actor, subscription: Subscription) -> None:
    key = subscription.subscription_id
    view = subscription.view or "вид больше не виден"
    state = " · приостановлена" if subscription.is_paused else ""
    words = f" · {describe_subscription(subscription)}{state}"
    name = fill(Markup("<strong>{}</strong>"), view)
    row = fill(Markup('<p class="kb-row">{}{}</p>'), name, words)
    markup.render_markup(row + _build_log(subscription))
    with st.container(horizontal=True, key=f"kb-mail-{key}"):
        _render_switch(actor, subscription)
        with st.popover("Удалить", key=f"mail.delete.{key}"):
            st.write("Больше не присылать эти письма? Журнал тоже удалится.")
            if st.button("Да, удалить", key=f"mail.delete.{key}.yes"):
                with submit.report_outcome(form=f"mail.{key}", done="Подписка удалена."):
                    subscriptions.delete_subscription(
                        actor=actor, subscription_id=key, address=session.get_address()
                    )


def _render_switch(actor: Actor, subscription: Subscription) -> None:
    key = subscription.subscription_id
    form = f"mail.{key}"
    if subscription.is_paused:
        if st.button("Возобновить", key=f"mail.resume.{key}"):
            with submit.report_outcome(form=form, done="Подписка возобновлена."):
                subscriptions.resume_subscription(actor=actor, subscription_id=key)
    elif st.button("Приостановить", key=f"mail.pause.{key}"):
        with submit.report_outcome(form=form, done="Подписка приостановлена."):
            subscriptions.pause_subscription(actor=actor, subscription_id=key)


def _build_log(subscription: Subscription) -> Markup:
    rows = [
        (formats.format_moment(line.happened_at), _OUTCOMES[line.outcome], line.reason or "–")
        for line in subscription.log
    ]
    if not rows:
        return markup.build_hint("Писем ещё не было.")
    table = tables.build_table(caption="Журнал писем", headings=_LOG, rows=rows, kind="kb-log")
    return markup.build_folded(f"Журнал: {rows[0][1]} {rows[0][0]}", table)
