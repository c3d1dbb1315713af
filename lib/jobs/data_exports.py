"""Jobs of copies of the data, and of files that nothing points to any more."""

from uuid import UUID

from lib import storage
from lib.jobs import periodic, task
from lib.services.people import data_exports


@task("make_data_export")
def make_data_export(export_id: str) -> None:
    """Make a copy of a login's data."""
    data_exports.make_export(export_id=UUID(export_id))


@periodic("7 * * * *", "remove_data_exports")
def remove_data_exports() -> None:
    """Remove the copies that have run out, every hour."""
    data_exports.remove_old_exports()


@task("delete_file")
def delete_file(kind: str, key: str) -> None:
    """Delete a file of a person whose login is gone."""
    storage.delete(kind, key)
