"""Statements of packages: what imports look up and write, and what exports send."""
