"""Facts written from the demonstration, and the analysts who ask them."""

from tests.kit.insight.versions import analyst, facts, first_version, manifest

__all__ = ["analyst", "facts", "first_version", "manifest"]
