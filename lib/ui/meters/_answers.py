"""What is said about typed readings, under the fields and after they were sent."""

from collections.abc import Iterable, Mapping, Sequence

from lib.services.meters import answers as reading_answers
from lib.services.meters.answers import Answer, Outcome
from lib.services.meters.cards import Dial, MeterCard
from lib.ui.markup import text
from lib.ui.meters import _words

_WORDS: Mapping[Outcome, tuple[str, str]] = {
    Outcome.GOOD: ("Можно передавать", "kb-advance"),
    Outcome.UNCHANGED: ("Уже передано сегодня", "kb-advance"),
    Outcome.DOUBTFUL: ("Проверьте", "kb-debt"),
    Outcome.ASKED: ("Проверьте", "kb-debt"),
    Outcome.REFUSED: ("Не принято", "kb-debt"),
    Outcome.HELD: ("Ждёт", "kb-quiet"),
}


def said(answers: Sequence[tuple[MeterCard, Dial, Answer]]) -> str:
    """Return what is to be told about the fields above, one line a reading."""
    lines = "".join(_line(card, dial, answer) for card, dial, answer in answers)
    return f'<ul class="kb-answers" role="status">{lines}</ul>'


def _line(card: MeterCard, dial: Dial, answer: Answer) -> str:
    word, kind = _WORDS[answer.outcome]
    shown = answer.entry.text if answer.value is None else _words.value(answer.value, card)
    meaning = reading_answers.told(answer, card)
    sentences = [*answer.sentences, f"{meaning[0].upper()}{meaning[1:]}." if meaning else ""]
    return (
        f"<li><b>{text(_words.name(card, dial))}: {text(shown)}.</b> "
        f'<span class="{kind}">{word}.</span> {text(" ".join(filter(None, sentences)))}</li>'
    )


def summary(answers: Iterable[Answer]) -> str:
    """Say what was taken in, what staff will look at and what is left to do."""
    counted = dict.fromkeys(Outcome, 0)
    for answer in answers:
        counted[answer.outcome] += 1
    taken = counted[Outcome.GOOD] + counted[Outcome.DOUBTFUL]
    left = counted[Outcome.ASKED] + counted[Outcome.REFUSED] + counted[Outcome.HELD]
    parts = [f"Принято показаний: {taken}." if taken else "Эти показания уже переданы."]
    if counted[Outcome.DOUBTFUL]:
        parts.append(f"На проверке у сотрудника: {counted[Outcome.DOUBTFUL]}.")
    if left:
        parts.append(f"Ещё не передано: {left} — посмотрите замечания под полями.")
    return " ".join(parts)
