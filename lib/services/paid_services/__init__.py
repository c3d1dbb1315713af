"""Paid services: the price list of an organisation and the requests of residents.

Use cases: ``price_list`` (staff keep it), ``ordering`` and ``requests`` (residents),
``request_steps`` (staff), ``request_payments`` (pay for a request online).
"""
