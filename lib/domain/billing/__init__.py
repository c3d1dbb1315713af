"""A bill, its balances, and the history of charges and prices."""
