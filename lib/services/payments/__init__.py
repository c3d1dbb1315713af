"""Payments: received payments, online payments, and the statement of both.

Use cases: ``history`` (movement and payments), ``statements`` (the same as a file), ``quotes``
(what a sum would close), ``paying`` (pay online), ``settlement`` (ask the bank), ``commands``
(refunds).
"""
