"""Payment registers of banks: read by a description of their format, and checked."""
