"""Statements about payments, from billing and online."""
