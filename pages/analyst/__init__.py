"""Screens of analysts."""
