"""The embedded PostgreSQL server: what the rest of the portal needs of it."""

from db.embedded.files import EmbeddedServerRefused
from db.embedded.server import Cluster, EmbeddedServer

__all__ = ["Cluster", "EmbeddedServer", "EmbeddedServerRefused"]
