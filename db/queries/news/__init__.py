"""Statements about news."""
