"""News: written by an organisation's staff, read by the residents it is meant for.

Use cases: ``feed`` (residents read), ``desk`` and ``publication`` (staff list and publish),
``letters`` (the worker sends them).
"""
