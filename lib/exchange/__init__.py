"""Exchange with billing: reads packages and judges them, touches no database."""
