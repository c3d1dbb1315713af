"""Queries of news."""
