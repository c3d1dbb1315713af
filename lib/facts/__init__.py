"""The analysts' columns: Parquet files written from the ledger and read by DuckDB in the process.

Writing knows frames and reading knows files: neither knows the ledger's database.
"""
