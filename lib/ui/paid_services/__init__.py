"""Streamlit pieces of paid services: price list, order, request."""
