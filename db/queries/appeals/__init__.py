"""Statements about appeals and the service desk."""
