"""Rules of readings: checks, hints, windows, history."""
