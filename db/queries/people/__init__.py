"""Statements about logins, sessions and profiles."""
