"""Rules of payment registers: matching with billing's payments, and reasons to wait."""
