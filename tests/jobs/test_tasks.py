"""The table of tasks and the code that queues jobs."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.jobs.tasks import TASKS

SOURCES = Path(__file__).parents[2] / "lib"


def list_queued_jobs() -> Iterator[tuple[str, set[str]]]:
    """Yield name and arguments of each ``queue.defer`` call with a literal name."""
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("queue.defer"):
                name = node.args[1]
                if isinstance(name, ast.Constant):
                    yield str(name.value), {str(keyword.arg) for keyword in node.keywords}


def test_every_queued_job_has_a_handler_with_its_arguments() -> None:
    found = list(list_queued_jobs())

    # letters are queued by a function of the database
    left = {name for name, _ in found} | {"send_letter"}
    assert left == {name for name, task in TASKS.items() if not task.schedule}
    for name, keys in found:
        assert keys <= set(inspect.signature(TASKS[name].function).parameters), name


@pytest.mark.parametrize("name", [name for name, task in TASKS.items() if task.schedule])
def test_periodic_tasks_need_no_arguments(name: str) -> None:
    parameters = inspect.signature(TASKS[name].function).parameters.values()

    assert all(parameter.default is not inspect.Parameter.empty for parameter in parameters)
