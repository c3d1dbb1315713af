"""Screens of analysts: filters, figures, questions with charts and tables, files."""
