"""The audit log: who did what to whom.

``trail`` adds an event in the caller's transaction; ``log`` shows the events to an administrator.
"""
