"""The demonstration bank: its book of payments, its page for payers, and its notices."""
