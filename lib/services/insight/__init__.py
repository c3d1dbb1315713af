"""Analysts: their facts are written and checked, their questions answered, views kept and sent.

Use cases: ``facts`` (written, checked), ``screens`` (what a screen says), ``exports`` (its files),
``free_query``, ``saved`` (views, subscriptions, letters), ``rules`` (targets and ages of debts).
Each screen is a folder; its ``screen`` module builds the page.
"""
