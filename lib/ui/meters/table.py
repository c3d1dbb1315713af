"""The meters of an account as a table: what they showed, what is usual, what is to be verified."""

from collections.abc import Sequence
from itertools import groupby

from lib import links
from lib.domain import formats
from lib.services.meters.cards import AccountMeters, Dial, MeterCard
from lib.ui import markup, tables
from lib.ui.markup import text
from lib.ui.meters import _words
from lib.ui.tables import Heading

_HEADINGS = (
    Heading("Счётчик", is_word=True),
    Heading("Последнее показание", is_word=True),
    Heading("Ожидается", is_word=True),
    Heading("В этом месяце", is_word=True),
    Heading("Поверка", is_word=True),
)


def account(one: AccountMeters, *, can_ask: bool = True) -> str:
    """Return an account's heading, when its meters are read, the meters, ways to ask of each."""
    read = [card for card in one.meters if card.period]
    head = (
        f'<h2 class="kb-subtitle">Л/С № {text(one.number)}</h2>'
        f'<p class="kb-quiet">{text(one.organization)} · {text(one.address)}</p>'
    )
    table = _table(read) if read else ""
    asked = _questions(one.meters) if can_ask else ""  # staff do not write to themselves
    return head + _returned(one) + _intake(one.meters) + table + asked


def _questions(cards: Sequence[MeterCard]) -> str:
    """Return the ways to write about each meter."""
    anchors = "".join(
        f'<a href="{text(links.screen(links.APPEALS, about="meter", meter=card.meter_id))}">'
        f"{text(_words.name(card))}</a>"
        for card in cards
    )
    return markup.folded(
        "Подать обращение о счётчике", f'<p class="kb-links">{anchors}</p>' if anchors else ""
    )


def _intake(cards: Sequence[MeterCard]) -> str:
    """Say when readings are taken: once where it is the same for all meters, else for each."""
    by_words = sorted(cards, key=lambda card: (card.period is None, card.intake))
    said = []
    for words, members in groupby(by_words, key=lambda card: card.intake):
        named = [_words.name(card) for card in members]
        whom = "" if len(named) == len(cards) else f"{', '.join(named)}. "
        said.append(f'<p class="kb-intake">{text(whom + words)}</p>')
    return "".join(said)


def _returned(one: AccountMeters) -> str:
    """Say which readings staff have returned, and why."""
    return "".join(
        markup.note(
            f"{_words.name(card, dial)}: показание "
            f"{_words.value(dial.returned.value, card)} возвращено. "
            f"Причина: {dial.returned.reason or 'не указана'}. {_meanwhile(card, dial)}"
            "Передайте показание ещё раз."
        )
        for card in one.meters
        for dial in card.dials
        if dial.returned
    )


def _meanwhile(card: MeterCard, dial: Dial) -> str:
    if dial.live is None:
        return ""
    return f"Пока действует прежнее: {_words.value(dial.live.value, card)}. "


def _table(cards: Sequence[MeterCard]) -> str:
    return tables.table(
        caption="Счётчики",
        headings=_HEADINGS,
        rows=[_row(card, dial) for card in cards for dial in card.dials],
        kind="kb-meters",
    )


def _row(card: MeterCard, dial: Dial) -> tuple[str, ...]:
    place = f", {card.place}" if card.place else ""
    known = dial.known
    last = (
        f"{_words.value(known.previous, card)} от {formats.day(known.previous_on)}"
        if known.previous is not None
        else formats.NO_DATA
    )
    return (
        f"{_words.name(card, dial)}{place}",
        last,
        _usual(card, dial),
        _now(card, dial),
        _verification(card),
    )


def _usual(card: MeterCard, dial: Dial) -> str:
    if dial.expected is None:
        return formats.NO_DATA
    low, high = (_words.value(end, card) for end in (dial.expected.low, dial.expected.high))
    return f"{low} – {high}"


def _now(card: MeterCard, dial: Dial) -> str:
    if dial.live is None:
        return "ещё не передано"
    value = _words.value(dial.live.value, card)
    return f"{value} от {formats.day(dial.live.taken_on)}, {_words.state(dial.live)}"


def _verification(card: MeterCard) -> str:
    if card.verification is None:
        return formats.NO_DATA
    return card.verification.words() or f"до {formats.day(card.verification.until)}"
