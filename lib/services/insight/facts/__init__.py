"""The facts are written and compared with the ledger: ``refreshing`` and ``checking``."""
