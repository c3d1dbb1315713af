"""The demonstration: packages of a made-up city, imported like any other, and its bank."""
