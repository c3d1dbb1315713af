"""Screens: resident."""
