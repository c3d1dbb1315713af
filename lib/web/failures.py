"""Answers of routes that fail: a sentence, never a traceback."""

from collections.abc import Mapping
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response

from db.session import DatabaseAway
from lib.web import answers

_LOG = structlog.get_logger("routes")
_UNAVAILABLE, _BROKEN = 503, 500
_APOLOGY = (
    "Что-то пошло не так, и мы уже записали, что именно. "
    "Повторите немного позже: ничего не потеряно."
)


async def answer_database_away(_request: Request, refusal: Exception) -> Response:
    """Answer 503 with Retry-After while the database is unavailable."""
    answer = answers.render_sentence("Данные недоступны", str(refusal), status=_UNAVAILABLE)
    answer.headers["Retry-After"] = "10"
    return answer


async def answer_bug(request: Request, failure: Exception) -> Response:
    """Log a bug once and answer 500."""
    _LOG.error("route failed", method=request.method, exc_info=failure)
    return answers.render_sentence("Не получилось", _APOLOGY, status=_BROKEN)


HANDLERS: Mapping[Any, Any] = {DatabaseAway: answer_database_away, Exception: answer_bug}
