"""Names of the storage's folders, one per kind of files. A name must never change."""

ACCOUNT_REQUESTS = "account_requests"
APPEALS = "appeals"
DATA_EXPORTS = "exports"
FACTS = "facts"
HANDED_LINES = "handed_lines"
