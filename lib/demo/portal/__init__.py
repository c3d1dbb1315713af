"""Data that people enter on the demonstration's portal itself: threads and price lists."""
