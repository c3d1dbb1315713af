"""What the analysts' facts are made from and compared with, and what analysts keep."""
