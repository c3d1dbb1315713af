"""What analysts look at: the view, the answers to its questions, and what must not be shown."""
