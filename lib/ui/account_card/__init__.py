"""Streamlit pieces of the account card that staff open."""
