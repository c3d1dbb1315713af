"""Rules of payment registers: matching, and why a row waits."""
