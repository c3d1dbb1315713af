"""A payment code as a picture: for a screen and for paper."""
