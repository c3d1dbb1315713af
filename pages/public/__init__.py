"""Screens: public."""
