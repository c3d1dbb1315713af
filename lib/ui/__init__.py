"""The only Streamlit code besides the pages."""
