"""The embedded PostgreSQL server: the names that the rest of the portal uses."""

from db.embedded.files import EmbeddedServerRefused
from db.embedded.server import Cluster, EmbeddedServer

__all__ = ["Cluster", "EmbeddedServer", "EmbeddedServerRefused"]
