"""Saved views: kept and shared (``views``), subscribed to and sent by mail (``view_letters``)."""
