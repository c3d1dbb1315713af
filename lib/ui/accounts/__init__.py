"""Streamlit pieces for attaching an account and for deciding on requests."""
