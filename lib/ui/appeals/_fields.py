"""The fields of a message in a thread: its text and its files."""

import streamlit as st

from lib.documents import upload
from lib.services.appeals import files as appeal_files
from lib.services.appeals import texts


def ask_text(label: str, *, key: str, placeholder: str = "", longest: int | None = None) -> str:
    """Ask for a text of several lines."""
    return (
        st.text_area(
            label,
            max_chars=longest or texts.LONGEST_TEXT,
            placeholder=placeholder,
            height=140,
            key=key,
        )
        or ""
    )


def ask_files(*, key: str) -> list[tuple[str, bytes]]:
    """Ask for files and return their names and contents."""
    with st.container(key="kb-photo"):
        found = st.file_uploader(
            f"Файлы: {appeal_files.ACCEPTED}",
            type=list(upload.KINDS),
            max_upload_size=upload.MAX_MEGABYTES,
            accept_multiple_files=True,
            key=key,
        )
    return [(file.name, file.getvalue()) for file in found]
