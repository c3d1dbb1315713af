"""Billing of the demonstration: use, charges, balances, payments and meters by month."""
