"""The meters of an account as a table: last readings, usual use, verification."""

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup

from lib import links
from lib.domain import formats
from lib.services.meters.cards import AccountMeters, Dial, MeterCard
from lib.ui import markup, tables
from lib.ui.markup import EMPTY, fill, join_pieces
from lib.ui.meters import _words
from lib.ui.tables import Heading

_HEADINGS = (
    Heading("Счётчик", is_word=True),
    Heading("Последнее показание", is_word=True),
    Heading("Ожидается", is_word=True),
    Heading("В этом месяце", is_word=True),
    Heading("Поверка", is_word=True),
)
_HEAD = Markup('<h2 class="kb-subtitle">Л/С № {}</h2><p class="kb-quiet">{} · {}</p>')


def build_account(account: AccountMeters, *, can_write: bool = True) -> Markup:
    """Return an account's heading, its intake days and its meters.

    Args:
        account: the account with its meters.
        can_write: add links to write about each meter; staff do not write appeals.
    """
    active = [card for card in account.meters if card.period]
    return (
        fill(_HEAD, account.number, account.organization, account.address)
        + _build_returned(account)
        + _build_intake(account.meters)
        + (_build_table(active) if active else EMPTY)
        + (_build_appeal_links(account.meters) if can_write else EMPTY)
    )


def _build_appeal_links(cards: Sequence[MeterCard]) -> Markup:
    """Return links to write about each meter."""
    appeals = markup.build_links(
        (
            _words.format_name(card),
            links.link_to_screen(links.APPEALS, about="meter", meter=card.meter_id),
        )
        for card in cards
    )
    return markup.build_folded("Подать обращение о счётчике", appeals)


def _build_intake(cards: Sequence[MeterCard]) -> Markup:
    """Return when readings are accepted: once if all meters agree, else for each."""
    by_words = sorted(cards, key=lambda card: (card.period is None, card.intake))
    lines = []
    for words, members in groupby(by_words, key=lambda card: card.intake):
        named = [_words.format_name(card) for card in members]
        meters = "" if len(named) == len(cards) else f"{', '.join(named)}. "
        lines.append(fill(Markup('<p class="kb-intake">{}</p>'), meters + words))
    return join_pieces(lines)


def _build_returned(account: AccountMeters) -> Markup:
    """Return which readings staff have sent back, and why."""
    return join_pieces(
        markup.build_note(
            f"{_words.format_name(card, dial)}: показание "
            f"{_words.format_value(dial.returned.value, card)} возвращено. "
            f"Причина: {dial.returned.reason or 'не указана'}. {_format_current(card, dial)}"
            "Передайте показание ещё раз."
        )
        for card in account.meters
        for dial in card.dials
        if dial.returned
    )


def _format_current(card: MeterCard, dial: Dial) -> str:
    if dial.live is None:
        return ""
    return f"Пока действует прежнее: {_words.format_value(dial.live.value, card)}. "


def _build_table(cards: Sequence[MeterCard]) -> Markup:
    return tables.build_table(
        caption="Счётчики",
        headings=_HEADINGS,
        rows=[_format_row(card, dial) for card in cards for dial in card.dials],
        kind="kb-meters",
    )


def _format_row(card: MeterCard, dial: Dial) -> tuple[str, ...]:
    place = f", {card.place}" if card.place else ""
    known = dial.known
    last = (
        f"{_words.format_value(known.previous, card)} от {formats.format_date(known.previous_on)}"
        if known.previous is not None
        else formats.NO_DATA
    )
    return (
        f"{_words.format_name(card, dial)}{place}",
        last,
        _format_expected(card, dial),
        _format_live(card, dial),
        _format_verification(card),
    )


def _format_expected(card: MeterCard, dial: Dial) -> str:
    if dial.expected is None:
        return formats.NO_DATA
    low, high = (_words.format_value(end, card) for end in (dial.expected.low, dial.expected.high))
    return f"{low} – {high}"


def _format_live(card: MeterCard, dial: Dial) -> str:
    if dial.live is None:
        return "ещё не передано"
    value = _words.format_value(dial.live.value, card)
    return f"{value} от {formats.format_date(dial.live.taken_on)}, {_words.format_state(dial.live)}"


def _format_verification(card: MeterCard) -> str:
    if card.verification is None:
        return formats.NO_DATA
    return card.verification.words() or f"до {formats.format_date(card.verification.until)}"
