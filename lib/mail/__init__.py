"""Letters: how they are written, posted and delivered."""
