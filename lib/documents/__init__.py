"""Documents as functions: plain data in, finished PDF bytes out."""
