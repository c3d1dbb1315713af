"""Reference data of the demonstration: senders, services, tariffs, and its special cases."""
