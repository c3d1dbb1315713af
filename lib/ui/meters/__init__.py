"""Streamlit pieces of meters: the table, the form, the history, the review."""
