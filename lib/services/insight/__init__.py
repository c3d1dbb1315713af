"""Analysts: their facts are written and checked, their questions answered, views kept and sent.

Use cases: ``refreshing`` and ``checking`` (the facts), ``screens`` (what a screen says).
"""
