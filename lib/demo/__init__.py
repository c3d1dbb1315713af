"""Demonstration data: packages that go in by the importer, like any other."""
