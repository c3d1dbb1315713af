"""Statements about meters and readings."""
