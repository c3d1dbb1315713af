"""Free queries of analysts, each run by a process of its own over the open tables."""

import contextlib
import datetime as dt
import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from lib.domain.insight.answers import Cell
from lib.errors import PortalError
from lib.facts.free_query.open_tables import OPEN_KINDS

SECONDS = 10
SHOWN, TAKEN = 1_000, 100_000  # rows on the screen and in a file
LONGEST = 8_000  # characters of a statement
_ROOT = Path(__file__).parents[3]
_PULSE = 0.2  # seconds
_START = 5  # seconds that a busy machine may take to start the process
_AT_ONCE = threading.BoundedSemaphore(3)
_REASONS = {
    "empty": "Напишите запрос: он начинается со слова SELECT.",
    "several": "Можно выполнить только один запрос: уберите всё после точки с запятой.",
    "no_select": "Можно только читать открытые таблицы запросом SELECT.",
    "deep": "Запрос слишком сложный: упростите его.",
    "table": "Таблицы «{}» здесь нет. Открытые таблицы перечислены ниже.",
    "function": "Функции «{}» здесь нет.",
    "memory": "Запросу не хватило памяти. Возьмите меньше месяцев или сложите строки "
    "через GROUP BY.",
    "time": f"Запрос не успел за {SECONDS} секунд и остановлен. Возьмите меньше месяцев или "
    "добавьте условие.",
    "value": "В ответе есть значение, которое нельзя показать: приведите его к тексту.",
    "busy": "Сейчас выполняются запросы других аналитиков. Повторите через несколько секунд.",
    "large": "Ответ слишком большой. Выберите меньше столбцов или строк.",
    "long": f"Запрос длиннее {LONGEST} знаков.",
    "syntax": "В запросе ошибка: {}",
    "conversion": "Значение не подошло по виду. Дату пишите как 01.10.2026, сумму как 1000,50, "
    "текст из одних цифр в кавычках: '12'. Подробности: {}",
    "failed": "Запрос не выполнен: {}",
}


class QueryRefused(PortalError):
    """The query was not answered; the sentence says why and what to do.

    Attributes:
        reason: a word for it.
        detail: what the sentence quotes: a name, or the words of DuckDB; empty: nothing.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason, self.detail = reason, _shorten(detail)
        super().__init__(_REASONS[reason].format(self.detail))


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column of a result: its name and DuckDB's name of its type."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a query has answered.

    Attributes:
        columns: in their order.
        rows: their cells.
        is_cut: there are more rows.
    """

    columns: tuple[ResultColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    is_cut: bool


def ask_database(
    path: Path,
    statement: str,
    values: Mapping[str, object],
    *,
    rows: int = SHOWN,
    is_plan: bool = False,
    pulse: Callable[[], None] = lambda: None,
) -> Result:
    """Return the answer to one SELECT over the open tables.

    Args:
        path: the file of the open tables.
        statement: what a person has written.
        values: its parameters by name: dates, numbers, texts.
        rows: the most that are read.
        is_plan: how it would be answered, instead of the answer.
        pulse: called a few times a second; if it raises, the query is ended.

    Raises:
        QueryRefused: it is something else than one SELECT, is wrong, or needs too much.
    """
    if len(statement) > LONGEST:
        raise QueryRefused("long")
    request = {
        "database": str(path),
        "statement": statement,
        "values": {name: _write_value(value) for name, value in values.items()},
        "tables": list(OPEN_KINDS),
        "rows": rows,
        "is_plan": is_plan,
        "seconds": SECONDS,
    }
    if not _AT_ONCE.acquire(timeout=_START):
        raise QueryRefused("busy")
    try:
        return _run_process(json.dumps(request), pulse)
    finally:
        _AT_ONCE.release()


def _run_process(request: str, pulse: Callable[[], None]) -> Result:
    # nothing of a person is on the command line, and the process has no environment
    process = subprocess.Popen(
        [sys.executable, "-s", "-m", "lib.facts.free_query.process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env={},
    )
    answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    reader = threading.Thread(target=_converse, args=(process, request, answers), daemon=True)
    reader.start()
    try:
        return _read_answers(answers, pulse)
    finally:
        process.kill()
        reader.join()
        process.wait()


def _read_answers(answers: "queue.SimpleQueue[bytes]", pulse: Callable[[], None]) -> Result:
    deadline = time.monotonic() + SECONDS + _START
    columns: tuple[ResultColumn, ...] = ()
    rows: list[tuple[Cell, ...]] = []
    while True:
        try:
            line = answers.get(timeout=_PULSE)
        except queue.Empty:
            pulse()
            if time.monotonic() > deadline:
                raise QueryRefused("time") from None
            continue
        answer = _read_line(line)
        if "columns" in answer:
            columns = tuple(ResultColumn(*column) for column in answer["columns"])
        elif "rows" in answer:
            rows += [_read_row(columns, row) for row in answer["rows"]]
        else:
            return Result(columns, tuple(rows), answer["end"])


def _read_line(line: bytes) -> dict[str, Any]:
    # a process that ends without a word was ended by the operating system
    answer: dict[str, Any] = json.loads(line) if line else {"refusal": "memory"}
    if "refusal" in answer:
        raise QueryRefused(answer["refusal"], answer.get("detail", ""))
    return answer


def _read_row(columns: tuple[ResultColumn, ...], row: list[Any]) -> tuple[Cell, ...]:
    return tuple(
        None if cell is None else _READERS.get(column.type.partition("(")[0], _read_other)(cell)
        for column, cell in zip(columns, row, strict=True)
    )


def _converse(
    process: "subprocess.Popen[bytes]", request: str, answers: "queue.SimpleQueue[bytes]"
) -> None:
    """Send the request and pass on the lines of the answer; the last one is empty."""
    if process.stdin is None or process.stdout is None:
        raise TypeError
    with process.stdout, contextlib.suppress(OSError):  # the process was ended
        with process.stdin:
            process.stdin.write(request.encode())
        for line in process.stdout:
            answers.put(line)
    answers.put(b"")


def _write_value(value: object) -> list[object]:
    is_day = isinstance(value, dt.date)
    return ["day" if is_day else "plain", str(value) if is_day else value]


def _read_other(cell: object) -> Cell:
    return cell if isinstance(cell, int) else str(cell)


def _read_number(cell: object) -> Cell:
    number = Decimal(str(cell))
    return number if number.is_finite() else None


def _read_day(cell: str) -> Cell:
    return dt.date.fromisoformat(cell)


def _shorten(detail: str) -> str:
    """Return the first words of DuckDB's own sentence, without its class and position."""
    words = detail.strip().split("\n\n")[0].partition("Error: ")
    return " ".join((words[2] or words[0]).split())[:300]


_READERS: Mapping[str, Callable[[Any], Cell]] = {
    "DECIMAL": _read_number,
    "DOUBLE": _read_number,
    "FLOAT": _read_number,
    "DATE": _read_day,
}
