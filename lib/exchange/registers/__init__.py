"""Bank payment registers: read by a description of their format, judged by themselves."""
