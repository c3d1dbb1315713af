"""Streamlit pieces of news: reading and writing."""
