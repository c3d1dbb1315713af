"""The schema's history."""

from typing import Any


def is_ours(_object: Any, name: str | None, _kind: str, _reflected: bool, _to: Any) -> bool:
    """Leave out monthly partitions, which imports make, and the queue, which is a library's."""
    return name is None or not ("_y20" in name or name.startswith("procrastinate_"))
