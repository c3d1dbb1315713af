"""Streamlit pieces of appeals: the resident's threads and the service desk."""
