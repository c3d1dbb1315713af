"""What is written on the demonstration's portal itself: threads and price lists."""
