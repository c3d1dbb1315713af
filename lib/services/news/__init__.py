"""News: written by the staff of an organisation for its residents.

Use cases: ``feed`` (residents read), ``desk`` and ``publication`` (staff list and publish),
``letters`` (the worker sends them).
"""
