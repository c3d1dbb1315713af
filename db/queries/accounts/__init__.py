"""Statements about attaching accounts."""
