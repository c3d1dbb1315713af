"""Handlers of jobs: plain functions over keys, registered by name.

A handler may run twice, and beside itself: it does nothing that it finds done. One file a noun.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

Handler = TypeVar("Handler", bound=Callable[..., None])
_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Task:
    """A handler, and how often it is tried before its job is put aside as failed."""

    name: str
    function: Callable[..., None]
    attempts: int


_tasks: dict[str, Task] = {}
_periods: dict[str, str] = {}
# what the worker does: by name, and at which times by itself (cron, UTC)
TASKS: Mapping[str, Task] = MappingProxyType(_tasks)
PERIODS: Mapping[str, str] = MappingProxyType(_periods)


def task(name: str, *, attempts: int = _ATTEMPTS) -> Callable[[Handler], Handler]:
    """Register a handler under the name by which ``lib.queue.defer`` calls for it.

    It is tried again, after pauses that grow to an hour, until it raises nothing.
    """

    def register(function: Handler) -> Handler:
        if name in _tasks:
            raise ValueError(f"two handlers of {name}")
        _tasks[name] = Task(name, function, attempts)
        return function

    return register


def periodic(cron: str, name: str) -> Callable[[Handler], Handler]:
    """Register a handler without keys that runs by itself, at the times of ``cron`` (UTC)."""

    def register(function: Handler) -> Handler:
        _periods[name] = cron
        return task(name)(function)

    return register


def load() -> None:
    """Register the handlers of every file here."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
