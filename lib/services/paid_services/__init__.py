"""Paid services: an organisation's price list and what residents order from it.

Use cases: ``price_list`` (staff keep it), ``ordering`` and ``requests`` (residents),
``request_steps`` (staff), ``request_payments`` (pay for a request online).
"""
