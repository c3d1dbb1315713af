"""Facts written from the demonstration, and the analysts who ask them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from db import session as database
from lib.access import Actor
from lib.facts import reader, store
from lib.facts.manifest import Manifest
from lib.facts.reader import Facts
from lib.services.insight.facts import refreshing
from tests.kit.prepared import Engines


@pytest.fixture(scope="module")
def first_version(demo_engines: Engines) -> Manifest:
    """The facts of the demonstration; only what tests of the worker have changed is written."""
    database.bind(demo_engines)
    refreshing.refresh_facts()
    database.bind({})
    found = store.find_manifest()
    assert found is not None
    return found


@pytest.fixture
def manifest(first_version: Manifest) -> Manifest:
    """The first version, made current again if another test has written a later one."""
    fresh = replace(first_version, retired={}, check=None)
    if store.find_manifest() != fresh:
        store.put_manifest(fresh)
    return fresh


@pytest.fixture
def facts(manifest: Manifest, db: Connection) -> Facts:
    """The facts of the demonstration for all organisations; rules are read from the database."""
    # stays open for the next test: opening takes a tenth of a second
    return reader.open_facts(manifest, organization=None)


@pytest.fixture
def analyst(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    return signed_in("analyst")
