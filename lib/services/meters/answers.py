"""What the portal answers to typed readings before it stores any of them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from lib.domain import formats
from lib.domain.meters import hints
from lib.domain.meters.checks import Finding
from lib.domain.meters.hints import COLD, HOT, Typed
from lib.domain.meters.readings import DialRefused, check_reading, parse_dial
from lib.services.meters.cards import AccountMeters, Dial, MeterCard


class Outcome(StrEnum):
    """What happens to a typed reading."""

    GOOD = "good"  # stored, or would be
    DOUBTFUL = "doubtful"  # confirmed: stored, and staff review it
    UNCHANGED = "unchanged"  # stored already
    ASKED = "asked"  # has to be confirmed
    REFUSED = "refused"
    HELD = "held"  # waits for another zone of the meter


KEPT_OUTCOMES = {Outcome.GOOD, Outcome.DOUBTFUL}
DONE_OUTCOMES = KEPT_OUTCOMES | {Outcome.UNCHANGED}  # nothing is left to be sent


@dataclass(frozen=True, slots=True)
class Entry:
    """A reading as typed; ``confirmed`` is the number that the resident has confirmed."""

    account_id: int
    meter_id: int
    zone: int
    text: str
    confirmed: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The portal's answer to one entry.

    Attributes:
        entry: what was typed.
        outcome: what happens to it.
        value: the reading; None if the text is not a number.
        used: the consumption since the last reading.
        cost: the cost of the consumption at today's tariff.
        findings: the findings of the checks.
        reason: why it is refused or held, if it is not a finding.
    """

    entry: Entry
    outcome: Outcome
    value: Decimal | None = None
    used: Decimal | None = None
    cost: Decimal | None = None
    findings: tuple[Finding, ...] = ()
    reason: str = ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return the sentences for the resident, the most important first."""
        reasons = [self.reason] if self.reason else []
        return (*reasons, *(finding.sentence for finding in self.findings))


def judge_entries(
    accounts: Sequence[AccountMeters], entries: Iterable[Entry], *, today: dt.date
) -> tuple[Answer, ...]:
    """Judge typed readings; entries for other meters are skipped.

    Args:
        accounts: the meters as they are now.
        entries: what was typed; empty entries are skipped, too.
        today: the business date.
    """
    cards = {card.meter_id: card for account in accounts for card in account.meters}
    places = {
        (card.meter_id, dial.zone): (card, dial) for card in cards.values() for dial in card.dials
    }
    matched = [
        (entry, *places[entry.meter_id, entry.zone])
        for entry in entries
        if (entry.meter_id, entry.zone) in places and entry.text.strip()
    ]
    answers = [_answer(entry, card, dial, today) for entry, card, dial in matched]
    answers = _with_swaps(answers, cards, places)
    by_meter: defaultdict[int, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_meter[answer.entry.meter_id].append(answer)
    return tuple(
        answer
        for meter_id, members in by_meter.items()
        for answer in _hold_incomplete(members, cards[meter_id])
    )


def _answer(entry: Entry, card: MeterCard, dial: Dial, today: dt.date) -> Answer:
    if card.period is None:
        return Answer(entry, Outcome.REFUSED, reason=card.intake)
    try:
        value = parse_dial(entry.text, decimals=dial.known.limits.decimals)
    except DialRefused as refusal:
        return Answer(entry, Outcome.REFUSED, reason=str(refusal))
    if value is None:
        return Answer(entry, Outcome.REFUSED, reason="Введите цифры со счётчика.")
    if dial.live and (dial.live.value, dial.live.taken_on) == (value, today):
        return Answer(entry, Outcome.UNCHANGED, value)
    verdict = check_reading(
        value, dial.known, taken_on=today, period=card.period, today=today, latest=card.period
    )
    slip = hints.find_slipped_digit(value, dial.known, dial.expected)
    findings = (*verdict.findings, slip) if slip else verdict.findings
    cost = None
    if verdict.used is not None:
        cost = hints.calculate_cost(
            verdict.used, dial.price, resource=card.resource, service_unit=card.service_unit
        )
    return _set_outcome(Answer(entry, Outcome.GOOD, value, verdict.used, cost, findings))


def _set_outcome(answer: Answer) -> Answer:
    """Set the outcome of a reading by its findings."""
    if any(finding.is_refusal for finding in answer.findings):
        outcome = Outcome.REFUSED
    elif not answer.findings:
        outcome = Outcome.GOOD
    elif answer.entry.confirmed == answer.value:
        outcome = Outcome.DOUBTFUL
    else:
        outcome = Outcome.ASKED
    return replace(answer, outcome=outcome)


def _with_swaps(
    answers: Sequence[Answer],
    cards: Mapping[int, MeterCard],
    places: Mapping[tuple[int, int], tuple[MeterCard, Dial]],
) -> list[Answer]:
    """Ask about readings of cold and hot water of one account that look swapped."""
    typed: defaultdict[tuple[int, str | None], dict[int, Typed]] = defaultdict(dict)
    for answer in answers:
        card = cards[answer.entry.meter_id]
        if answer.value is not None and card.resource in {COLD, HOT}:
            dial = places[answer.entry.meter_id, answer.entry.zone][1]
            typed[card.account_id, card.resource][card.meter_id] = Typed(
                answer.value, dial.known, dial.expected
            )
    found: dict[int, Finding] = {}
    for (account_id, resource), cold in list(typed.items()):
        if resource == COLD:
            found |= hints.find_swapped(cold, typed.get((account_id, HOT), {}))
    return [
        _set_outcome(replace(answer, findings=(*answer.findings, found[answer.entry.meter_id])))
        if answer.entry.meter_id in found and answer.value is not None
        else answer
        for answer in answers
    ]


def _hold_incomplete(answers: Sequence[Answer], card: MeterCard) -> list[Answer]:
    """Hold the readings of a meter until all its zones are good."""
    zones = {answer.entry.zone for answer in answers}
    missing = [dial.zone for dial in card.dials if dial.zone not in zones and dial.live is None]
    waits = any(answer.outcome in {Outcome.ASKED, Outcome.REFUSED} for answer in answers)
    if missing and not waits:
        reason = f"Введите показания по всем зонам счётчика: не хватает Т{missing[0]}."
    elif waits:
        reason = "Сначала исправьте или подтвердите показание другой зоны этого счётчика."
    else:
        return list(answers)
    return [
        replace(answer, outcome=Outcome.HELD, reason=reason)
        if answer.outcome in KEPT_OUTCOMES
        else answer
        for answer in answers
    ]


def format_use(answer: Answer, card: MeterCard) -> str:
    """Return a Russian text with the consumption and its cost; empty without a consumption."""
    if answer.used is None:
        return ""
    used = f"расход {formats.format_number(answer.used, places=0)} {card.unit}"
    if answer.cost is None:
        return used
    return f"{used}, около {formats.format_money(answer.cost)} ₽ по сегодняшнему тарифу"
