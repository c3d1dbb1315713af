"""Statements about exchange with billing."""
