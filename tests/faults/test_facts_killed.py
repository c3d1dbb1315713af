"""kill -9 of a refresh at any step leaves the version before, in a folder and on S3."""

import os
import signal
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

import boto3
import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy import text

from db import session as database
from db.embedded import EmbeddedServer
from lib import config
from lib.facts import reader, store
from lib.facts.manifest import Manifest
from lib.services.insight.facts import checking, refreshing
from tests.kit.embedded import eventually
from tests.kit.faults import SOAK
from tests.kit.forked import start_module
from tests.kit.insight.facts_victim import URL
from tests.kit.portal import free_port
from tests.kit.prepared import EMPTY, bind_engines, clone_database
from tests.kit.random_ledger import RandomLedger

BUCKET = "kabinet-facts"
_LATEST = (
    "SELECT max(period) FROM billing_period WHERE status = 'closed' "
    "AND sender_id IN (SELECT sender_id FROM account)"
)
_ADD = (
    "UPDATE accrual SET accrued = accrued + :by, total = total + :by, closing = closing + :by "
    f"WHERE period = ({_LATEST})"
)
_CLOSE = f"UPDATE billing_period SET closed_at = clock_timestamp() WHERE period = ({_LATEST})"


class Total(NamedTuple):
    """A sum of all months."""

    accrued: Decimal


@pytest.fixture(scope="module")
def ledger(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A few accounts: a server of the test answers each request for a file slowly."""
    with clone_database(server, EMPTY) as name:
        with bind_engines(server, name):
            made = RandomLedger(1, tmp_path_factory.mktemp("packages"))
            for _ in range(3):
                made.send_month(made.senders[0])
        yield name


@pytest.fixture(scope="module")
def bucket_server() -> Iterator[str]:
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    url = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    )
    client.create_bucket(Bucket=BUCKET)
    yield url
    moto.stop()


@pytest.fixture(scope="module", params=["folder", "bucket"])
def settings(
    request: pytest.FixtureRequest,
    ledger: str,
    server: EmbeddedServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, str]:
    """The settings of each storage, for this process and for the victims."""
    state = tmp_path_factory.mktemp("state")
    url = server.cluster.url(user="ROLE", database=ledger).replace("ROLE", "kabinet_ROLE")
    values = {"KABINET_DEMO": "1", "KABINET_STATE": str(state), URL: url}
    if request.param == "bucket":
        values |= {
            "STORAGE_URL": f"s3://{BUCKET}/{state.name}",
            "STORAGE_ENDPOINT": request.getfixturevalue("bucket_server"),
            "STORAGE_KEY": "key",
            "STORAGE_SECRET": "secret",
        }
    return values


@pytest.fixture
def environment(
    settings: dict[str, str], ledger: str, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """This process with the settings and the ledger, which is as it was again afterwards."""
    read = config.read_settings({name: value for name, value in settings.items() if name != URL})
    monkeypatch.setattr(config, "get_settings", lambda: read)
    with bind_engines(server, ledger):
        yield settings
        add_to_latest("-0.01")
    reader._open.clear()


@pytest.mark.parametrize("step", ["1", "5", "manifest", "draft"] if SOAK > 1 else ["5", "draft"])
def test_a_killed_refresh_leaves_the_old_version(environment: dict[str, str], step: str) -> None:
    before = write_facts()
    total = sum_accrued(before)
    add_to_latest("0.01")

    run_victim(environment, step)

    left = find_manifest()
    assert left == before
    assert sum_accrued(left) == total
    # nothing stands in the way of the next refresh
    after = write_facts()
    assert after.version != before.version
    assert checking.check_facts().differences == ()


def test_killed_right_after_the_swap_the_new_version_is_whole(environment: dict[str, str]) -> None:
    before = write_facts()
    add_to_latest("0.01")

    run_victim(environment, "swapped")

    assert find_manifest().version != before.version
    assert checking.check_facts().differences == ()


def test_a_reader_goes_on_with_the_version_it_began_with(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = write_facts()
    facts = reader.open_facts(before, organization=None)
    total = ask_accrued(facts)
    add_to_latest("0.01")

    after = write_facts()

    assert ask_accrued(facts) == total
    assert sum_accrued(after) > total
    # a process that begins with the old manifest finds its files, and fetches none again
    reader._open.clear()
    monkeypatch.setattr("lib.storage.get_named", refuse)
    assert sum_accrued(before) == total


def refuse(*_: object) -> bytes:
    raise AssertionError("fetched again")


def write_facts() -> Manifest:
    # the server holds a killed process's lock until it notices that the process has gone
    assert eventually(lambda: not refreshing.refresh_facts().is_busy)
    return find_manifest()


def find_manifest() -> Manifest:
    found = store.find_manifest()
    assert found is not None
    return found


def sum_accrued(manifest: Manifest) -> Decimal:
    return ask_accrued(reader.open_facts(manifest, organization=None))


def ask_accrued(facts: reader.Facts) -> Decimal:
    (row,) = facts.ask("SELECT sum(accrued) AS accrued FROM charges_by_house", Total)
    (of_lines,) = facts.ask("SELECT sum(accrued) AS accrued FROM charges", Total)
    assert row == of_lines
    return row.accrued


def add_to_latest(amount: str) -> None:
    """Change every line of the last closed months, as if they were closed again."""
    with database.transaction(database.OWNER) as session:
        session.execute(text(_ADD), {"by": Decimal(amount)})
        session.execute(text(_CLOSE))


def run_victim(environment: dict[str, str], step: str) -> None:
    done = start_module(
        "tests.kit.insight.facts_victim", [step], environment={**os.environ, **environment}
    )
    assert done.wait() == -signal.SIGKILL, done.read()
