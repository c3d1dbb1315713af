"""Structured logs without personal data: a JSON object on each line, to standard error."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

_LIBRARIES = frozenset({"streamlit", "uvicorn"})
_QUIET = ("uvicorn.access", "streamlit", "alembic", "procrastinate", "psycopg.pool")


def configure() -> None:
    """Send events of the portal and log records of libraries to one writer; once per process."""
    shared: list[Any] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _drop_message,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    redirect_loggers()


def redirect_loggers() -> None:
    """Redirect loggers with handlers of their own; call it again after a library has added some."""
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in _LIBRARIES:
            logger = logging.getLogger(name)
            logger.handlers.clear()
            logger.propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _drop_message(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Any:
    """Keep the type and the traceback of an exception and drop its message.

    The message of a driver may quote values: «Key (email)=(…) already exists».
    """
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if info and info[0] is not None:
        frames = traceback.extract_tb(info[2])
        event["failure"] = info[0].__name__
        event["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
    return event
