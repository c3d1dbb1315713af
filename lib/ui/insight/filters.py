"""Filters of analysts: each change goes into the address, and the screen is drawn from there."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st
from markupsafe import Markup

from lib.domain import formats
from lib.domain.insight.view import Compared, Place, View
from lib.domain.payments.payment import CHANNELS
from lib.services.insight.screens import Choices
from lib.ui import markup, query, session
from lib.ui.insight import tables
from lib.ui.markup import fill

_COMPARED = {
    Compared.YEAR: "год назад",
    Compared.BEFORE: "предыдущий период",
    Compared.NOTHING: "не сравнивать",
}
_TAG = Markup(
    '<a class="kb-tag" href="{}">{} <span aria-hidden="true">✕</span>'
    '<span class="kb-unseen"> убрать фильтр</span></a>'
)


def render_filters(
    view: View, choices: Choices, *, path: str, last_day: dt.date | None = None
) -> None:
    """Draw the filters and the tags that take them off.

    Args:
        view: the filters as they are.
        choices: what they may be set to.
        path: the screen.
        last_day: the last day that may be chosen on a screen as of a day; None: it has no day.
    """
    with st.container(horizontal=True, key="kb-filters"):
        with st.popover(_name_months(view)):
            _render_months(view, choices)
        if last_day is not None:
            render_day(view, choices, last_day=last_day)
        with st.popover("Место"):
            _render_place(view, choices)
        with st.popover("Услуги"):
            _choose("Группа услуг", "group", view.group, choices.groups, "все группы")
            _choose("Услуга", "service", view.service, choices.services, "все услуги")
        with st.popover("Способ оплаты"):
            _choose(
                "Способ оплаты",
                "channel",
                view.channel,
                choices.channels,
                "все способы",
                words=lambda channel: CHANNELS.get(channel, channel),
            )
    words = _name_months(view)
    if last_day is not None and view.day is None:
        words += ", на конец последнего месяца"
    printed = fill(Markup('<p class="kb-printed">Месяцы: {}</p>'), words)
    markup.render_markup(printed + build_tags(view, choices, path=path))


def _name_months(view: View) -> str:
    names = [formats.format_short_month(month) for month in (view.since, view.until)]
    span = names[0] if view.since == view.until else " – ".join(names)
    if view.compared is Compared.NOTHING:
        return span
    return f"{span}, сравнить: {_COMPARED[view.compared]}"


def render_day(view: View, choices: Choices, *, last_day: dt.date) -> None:
    """Draw the day that debts are shown as of; an empty one is the end of the last month."""
    name = f"на {formats.format_date(view.day)}" if view.day else "на конец месяца"
    key = f"insight.day.{view.day}"
    first = min(choices.months, default=last_day)
    with st.popover(name):
        st.date_input(
            "Долг на день",
            view.day,
            min_value=min(first, view.day or first),
            max_value=max(last_day, view.day or last_day),
            format="DD.MM.YYYY",
            help="Пусто – на конец последнего месяца.",
            key=key,
            on_change=_change_day,
            args=(key,),
        )


def _change_day(key: str) -> None:
    query.set_values(day=session.read_field(key))


def _render_months(view: View, choices: Choices) -> None:
    known = sorted({*choices.months, view.since, view.until}, reverse=True)
    first, last = st.columns(2)
    with first:
        _choose_month("С месяца", "since", view.since, known, other=("until", view.until))
    with last:
        _choose_month("По месяц", "until", view.until, known, other=("since", view.since))
    key = f"insight.compared.{view.compared}"
    st.selectbox(
        "Сравнить",
        list(Compared),
        index=list(Compared).index(view.compared),
        format_func=_COMPARED.__getitem__,
        key=key,
        on_change=_change,
        args=("compared", key),
    )


def _choose_month(
    label: str, name: str, value: dt.date, months: list[dt.date], *, other: tuple[str, dt.date]
) -> None:
    """Draw one end of the months; the other goes into the address, too: the months stay then."""
    key = f"insight.{name}.{value}"
    st.selectbox(
        label,
        months,
        index=months.index(value),
        format_func=formats.format_month,
        key=key,
        on_change=_change,
        args=(name, key),
        kwargs={other[0]: _write(other[1])},
    )


def _change(name: str, key: str, **others: str) -> None:
    """Put a choice into the address. A field has a key for each value, so that it follows it."""
    query.set_values(**{name: _write(session.read_field(key))} | others)


def _write(value: object) -> str:
    if isinstance(value, dt.date):
        return f"{value:%Y-%m}"
    return "" if value is None else str(value)


def _render_place(view: View, choices: Choices) -> None:
    place = view.place
    organizations = list(choices.organizations)
    _choose(
        "Организация",
        "organization",
        place.organization,
        organizations,
        "все организации",
        words=lambda key: choices.organizations.get(key, str(key)),
        clears=("street", "house"),
    )
    if place.organization is not None:
        _choose("Улица", "street", place.street, choices.streets, "все улицы", clears=("house",))
    if place.street is not None:
        _choose(
            "Дом",
            "house",
            place.house,
            list(choices.houses),
            "все дома",
            words=lambda key: choices.houses.get(key, str(key)),
        )


def _choose(
    label: str,
    name: str,
    value: Any,
    options: Iterable[Any],
    nothing: str,
    *,
    words: Callable[[Any], str] = str,
    clears: tuple[str, ...] = (),
) -> None:
    """Draw a field whose value may be missing; some other filters go with a change of it."""
    known = list(options)
    if value is not None and value not in known:
        known.append(value)
    key = f"insight.{name}.{value}"
    st.selectbox(
        label,
        [None, *known],
        index=0 if value is None else known.index(value) + 1,
        format_func=lambda option: nothing if option is None else words(option),
        key=key,
        on_change=_change,
        args=(name, key),
        kwargs=dict.fromkeys(clears, ""),
    )


def build_tags(view: View, choices: Choices, *, path: str) -> Markup:
    """Return the chosen filters as tags; a click takes one off."""
    place = view.place
    tags = []
    if place.organization is not None:
        name = choices.organizations.get(place.organization, "организация")
        tags.append((name, view.change(place=Place())))
    if place.street is not None:
        tags.append((place.street, view.change(place=Place(place.organization))))
    if place.house is not None:
        name = choices.houses.get(place.house, "дом")
        tags.append((name, view.change(place=Place(place.organization, place.street))))
    for value, name in ((view.group, "group"), (view.service, "service")):
        if value:
            tags.append((value, view.change(**{name: None})))
    if view.day:
        tags.append((f"на {formats.format_date(view.day)}", view.change(day=None)))
    if view.channel:
        tags.append((CHANNELS.get(view.channel, view.channel), view.change(channel=None)))
    built = markup.join_pieces(
        fill(_TAG, tables.link_to_view(path, without), name) for name, without in tags
    )
    return fill(Markup('<p class="kb-tags">{}</p>'), built)
