"""HTTP routes beside Streamlit: session cookie, documents, fonts, health."""
