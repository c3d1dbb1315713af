"""Screens: staff."""
