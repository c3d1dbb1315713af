"""Statements about payment registers of banks."""
