"""Payment registers of banks: imported whole, matched to accounts, the rest decided by staff.

Use cases: ``importing`` (import a file), ``queue`` (list the payments that wait for a person),
``decisions`` (post or dismiss one of them).
"""
