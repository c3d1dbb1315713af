"""Streamlit pieces of sign-in, registration, profile and the directory of people."""
