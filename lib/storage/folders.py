"""Names of the storage's folders, one per kind of files. Files lie there: do not change a name."""

ACCOUNT_REQUESTS = "account_requests"
APPEALS = "appeals"
DATA_EXPORTS = "exports"
