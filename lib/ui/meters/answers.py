"""The portal's answers to typed readings, under the fields and after sending."""

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from lib.services.meters import answers as reading_answers
from lib.services.meters.answers import Answer, Outcome
from lib.services.meters.cards import Dial, MeterCard
from lib.ui.markup import fill, join_pieces
from lib.ui.meters import _words

_WORDS: Mapping[Outcome, tuple[str, str]] = {
    Outcome.GOOD: ("Можно передавать", "kb-advance"),
    Outcome.UNCHANGED: ("Уже передано сегодня", "kb-advance"),
    Outcome.DOUBTFUL: ("Проверьте", "kb-debt"),
    Outcome.ASKED: ("Проверьте", "kb-debt"),
    Outcome.REFUSED: ("Не принято", "kb-debt"),
    Outcome.HELD: ("Ждёт", "kb-quiet"),
}
_LINE = Markup('<li><b>{}: {}.</b> <span class="{}">{}.</span> {}</li>')


def build_answers(answers: Sequence[tuple[MeterCard, Dial, Answer]]) -> Markup:
    """Return the answers to the fields above, a line for each reading."""
    lines = join_pieces(_build_line(card, dial, answer) for card, dial, answer in answers)
    return fill(Markup('<ul class="kb-answers" role="status">{}</ul>'), lines)


def _build_line(card: MeterCard, dial: Dial, answer: Answer) -> Markup:
    word, kind = _WORDS[answer.outcome]
    value = answer.entry.text if answer.value is None else _words.format_value(answer.value, card)
    meaning = reading_answers.format_use(answer, card)
    sentences = [*answer.sentences, f"{meaning[0].upper()}{meaning[1:]}." if meaning else ""]
    name = _words.format_name(card, dial)
    return fill(_LINE, name, value, kind, word, " ".join(filter(None, sentences)))


def format_summary(answers: Iterable[Answer]) -> str:
    """Return how many readings were accepted, how many staff review, and how many are left."""
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
