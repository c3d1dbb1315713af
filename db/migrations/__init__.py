"""The schema, step by step; tests and servers run these and never `create_all`."""
