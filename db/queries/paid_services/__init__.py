"""Queries of paid services."""
