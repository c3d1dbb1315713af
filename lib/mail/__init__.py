"""Letters: written, posted to the outbox, delivered to a mail server."""
