"""Payment registers of banks: imported whole, matched to accounts, the rest decided by staff.

Use cases: ``importing`` (take in a file), ``queue`` (rows that wait), ``decisions`` (post one or
reject it).
"""
