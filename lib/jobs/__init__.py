"""Work in the background: ``tasks`` is the table of what is done, ``worker`` does it."""
