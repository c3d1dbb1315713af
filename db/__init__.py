"""The data layer: models, queries, sessions, migrations and the embedded server."""
