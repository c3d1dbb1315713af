"""The golden account: one month from a real receipt as files, and the months before it."""
