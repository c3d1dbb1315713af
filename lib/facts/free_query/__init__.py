"""Free queries of analysts.

The open tables are described in `open_tables` and made by `opening`; `rules` says what may be
asked of them, and `asking` lets a process of its own (`process`) answer.
"""
