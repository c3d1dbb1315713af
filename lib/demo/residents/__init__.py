"""Who lives in the demonstration: houses, flats, people, and how they pay."""
