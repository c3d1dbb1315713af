"""The demonstration: a made-up city, known logins, and what they have done so far.

Use case: ``setup``, called when the portal starts in demonstration mode.
"""
