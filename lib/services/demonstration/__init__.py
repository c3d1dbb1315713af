"""The demonstration: an invented city, known logins, and what they have done so far.

Use case: ``setup``, called when the portal starts in demonstration mode.
"""
