"""Readings that residents submit: one form for all meters; of a meter, all zones or none."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from db import session as database
from db.queries.meters import readings as queries
from db.queries.meters import submitted
from db.queries.meters.submitted import NewReading
from lib import clock
from lib.access import AccessDenied, Actor, Permission
from lib.domain.texts import clean_line
from lib.errors import PortalError
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.meters import answers as reading_answers
from lib.services.meters import listing
from lib.services.meters.answers import KEPT_OUTCOMES, Answer, Entry, Outcome
from lib.services.meters.cards import AccountMeters, Dial, MeterCard, PastReading

LONGEST_COMMENT = 500
_Places = dict[tuple[int, int], tuple[MeterCard, Dial]]


class NothingTyped(PortalError):
    """The form is empty."""

    def __init__(self) -> None:
        super().__init__("Введите показание хотя бы одного счётчика.")


def preview_readings(
    *, actor: Actor, accounts: Sequence[AccountMeters], entries: Sequence[Entry]
) -> tuple[Answer, ...]:
    """Return the answers to a form without storing anything.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.READINGS_SUBMIT)
    return reading_answers.judge_entries(accounts, entries, today=clock.today())


def submit_readings(
    *, actor: Actor, entries: Sequence[Entry], request_key: str, comment: str, address: str
) -> tuple[Answer, ...]:
    """Store the good readings of a form and return an answer to each reading.

    A repeated call with the same ``request_key`` returns the same answers and stores nothing, so
    a double click is harmless. A reading supersedes an earlier one of the same month, which stays
    in the history.

    Args:
        actor: the resident; needs ``readings:submit``.
        entries: readings of any meters of the actor's accounts; empty entries are skipped.
        request_key: one value for a rendered form, not for a click.
        comment: a note for staff about doubtful readings.
        address: the client's address.

    Raises:
        AccessDenied: no permission, or a meter that is not the actor's.
        NothingTyped: nothing was typed.
        TextRefused: the comment is too long.
    """
    actor.demand(Permission.READINGS_SUBMIT)
    typed = [entry for entry in entries if entry.text.strip()]
    if not typed:
        raise NothingTyped
    for entry in typed:
        actor.demand_account(entry.account_id)
    cleaned_comment = clean_line(comment, longest=LONGEST_COMMENT)
    today = clock.today()
    with database.transaction(actor.viewer) as session:
        queries.lock_accounts(session, account_ids=sorted({entry.account_id for entry in typed}))
        accounts = listing.load_meters(session, viewer=actor.viewer, today=today)
        places = _places(accounts)
        for entry in typed:
            card = places.get((entry.meter_id, entry.zone))
            if card is None or card[0].account_id != entry.account_id:
                raise AccessDenied
        earlier_answers = [_find_earlier_answer(entry, places, request_key) for entry in typed]
        new_entries = [
            entry for entry, answer in zip(typed, earlier_answers, strict=True) if answer is None
        ]
        answers = reading_answers.judge_entries(accounts, new_entries, today=today)
        form = _Form(session, actor, request_key, cleaned_comment, address, today)
        for answer in answers:
            if answer.outcome in KEPT_OUTCOMES:
                form.keep(answer, *places[answer.entry.meter_id, answer.entry.zone])
        return (*(answer for answer in earlier_answers if answer), *answers)


def _places(accounts: Sequence[AccountMeters]) -> _Places:
    return {
        (card.meter_id, dial.zone): (card, dial)
        for account in accounts
        for card in account.meters
        for dial in card.dials
    }


def _find_earlier_answer(entry: Entry, places: _Places, request_key: str) -> Answer | None:
    """Return the answer that this form got before; None if it is sent for the first time."""
    _, dial = places[entry.meter_id, entry.zone]
    first = next((past for past in dial.own if past.request_key == request_key), None)
    if first is None:
        return None
    outcome = Outcome.DOUBTFUL if first.status == Outcome.DOUBTFUL else Outcome.GOOD
    return Answer(replace(entry, confirmed=None), outcome, first.value)


@dataclass(frozen=True, slots=True)
class _Form:
    """A form whose readings are stored."""

    session: Session
    actor: Actor
    request_key: str
    comment: str
    address: str
    today: dt.date

    def keep(self, answer: Answer, card: MeterCard, dial: Dial) -> None:
        """Store a reading, which supersedes the one that it corrects, if any."""
        earlier = dial.live.submitted_id if dial.live else None
        if earlier:
            submitted.supersede_reading(
                self.session, account_id=card.account_id, reading_id=earlier
            )
        added = submitted.add_reading(self.session, new=self._new_reading(answer, card, dial))
        if earlier:
            submitted.record_successor(
                self.session, account_id=card.account_id, reading_id=earlier, successor=added
            )
        self._record(answer, card, dial.live)

    def _new_reading(self, answer: Answer, card: MeterCard, dial: Dial) -> NewReading:
        # an answer without a value or a month is a refusal
        assert answer.value is not None and card.period is not None  # noqa: S101, PT018
        is_doubtful = answer.outcome is Outcome.DOUBTFUL
        return NewReading(
            account_id=card.account_id,
            organization_id=card.organization_id,
            meter_id=card.meter_id,
            zone=dial.zone,
            value=answer.value,
            period=card.period,
            taken_on=self.today,
            submitted_at=clock.now(),
            login_id=self.actor.login_id,
            request_key=self.request_key,
            status="doubtful" if is_doubtful else "accepted",
            doubts=[finding.check.value for finding in answer.findings],
            previous=dial.known.previous,
            used=answer.used,
            comment=self.comment if is_doubtful else "",
        )

    def _record(self, answer: Answer, card: MeterCard, live: PastReading | None) -> None:
        trail.record_event(
            self.session,
            action=Action.READING_CORRECTED if live else Action.READING_SUBMITTED,
            actor=self.actor,
            account_id=card.account_id,
            organization_id=card.organization_id,
            address=self.address,
            meter=card.serial,
            zone=answer.entry.zone,
            value=f"{answer.value}",
            was=f"{live.value:f}" if live else None,
        )
