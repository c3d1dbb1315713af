"""Questions to the facts: every statement that the screens of analysts ask, with typed rows.

Statements are in the dialect of DuckDB. What a person chose goes in as parameters, never as text.
"""
