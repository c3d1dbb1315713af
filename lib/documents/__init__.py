"""Documents: functions that turn plain data into the bytes of a file."""
