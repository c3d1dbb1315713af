"""Exchange of files: packages of billing and registers of banks are read and checked.

Nothing here uses the database.
"""
