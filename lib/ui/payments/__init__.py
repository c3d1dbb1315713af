"""Streamlit pieces of payments: movement of money and paying."""
