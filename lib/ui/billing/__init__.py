"""Streamlit pieces of bills: account cards, tables of charges, their history."""
