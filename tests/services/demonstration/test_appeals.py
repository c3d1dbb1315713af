"""The demonstration's threads of appeals."""

from collections.abc import Callable

import pytest

from lib.access import Actor
from lib.services.appeals import desk_queue, desk_threads
from lib.services.appeals.desk_queue import Filters, View
from lib.services.demonstration import appeals
from tests.kit.identity import fetch

pytestmark = pytest.mark.usefixtures("db")


def test_the_threads_of_the_demonstration_are_written_once(signed_in: Callable[..., Actor]) -> None:
    appeals.write_appeals()
    appeals.write_appeals()

    found = desk_queue.list_queue(actor=signed_in("staff"), filters=Filters())
    assert len(fetch("SELECT 1 FROM appeal")) == 12
    assert found.counts[View.OVERDUE] >= 1
    assert found.counts[View.MINE] == 2
    assert found.offers[0].count == 2
    opened = desk_threads.get_thread(actor=signed_in("staff"), appeal_id=found.rows[0].key)
    assert opened.templates
    assert opened.thread.entries
