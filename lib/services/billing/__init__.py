"""What billing charged: accounts with their bills, receipts and what is printed on them.

Use cases: ``account_cards`` (accounts with their last closed bill), ``bills`` (a month in detail),
``houses`` (volumes and tariffs), ``receipts`` (one), ``receipt_run`` (all of a month).
"""
