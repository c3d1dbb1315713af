"""What alembic runs: the migrations, on the connection that the caller hands over."""

from typing import Any

from alembic import context
from sqlalchemy import create_engine

import db.models  # noqa: F401 - fills the metadata
from db.base import Base
from db.migrations import is_ours
from lib import config


def _run(connection: Any) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=is_ours,
        compare_server_default=False,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:  # the `alembic` command by hand, against DATABASE_URL
    with create_engine(config.get_settings().database_url or "").connect() as made:
        _run(made)
