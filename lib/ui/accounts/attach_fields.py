"""What the forms that attach an account share: the choice of the proof, fields, the outcome."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

import streamlit as st

from lib.documents import upload
from lib.domain.typed import TypedRefused
from lib.errors import PortalError
from lib.services.accounts import claims
from lib.services.accounts.claims import ClaimRefused
from lib.ui import query, session, submit
from lib.ui.accounts.premise_choice import WIDTH

FORM = "attach"
_REFUSAL = "refusal"


class Way(StrEnum):
    """How an account may be attached; the address may name it."""

    PAYMENT = "payment"
    CODE = "code"
    PHOTO = "photo"


_NAMES = {
    Way.PAYMENT: "Последний платёж",
    Way.CODE: "Код с квитанции",
    Way.PHOTO: "Фотография документа",
}
_HINTS = {
    Way.PAYMENT: "Подойдёт любой платёж за последние три месяца, в которых они были.",
    Way.CODE: "Десять букв на последней квитанции; раскладка клавиатуры не важна.",
    Way.PHOTO: "Квитанция или договор, где видны адрес и номер счёта. Паспорт не нужен; "
    "всё лишнее можно закрыть листом бумаги. Решение примет сотрудник организации.",
}


def ask_way() -> Way:
    """Ask how to prove the account, and draw a hint about it."""
    ways = tuple(Way)
    named = next((way for way in ways if way == query.get_text("way")), Way.PAYMENT)
    way: Way = st.radio(
        "Чем подтвердить, что счёт ваш",
        ways,
        index=ways.index(named),
        format_func=lambda way: _NAMES[way],
        horizontal=True,
    )
    st.caption(_HINTS[way], width=WIDTH)
    return way


def ask_number() -> str:
    """Ask for the number of the account."""
    return (
        st.text_input(
            "Номер лицевого счёта",
            max_chars=claims.LONGEST_NUMBER,
            placeholder="как в квитанции",
            autocomplete="off",
        )
        or ""
    )


def ask_photo() -> bytes | None:
    """Ask for a photo of a document, and return its content."""
    with st.container(key="kb-photo"):
        file = st.file_uploader(
            f"Фотография: JPG, PNG или PDF до {upload.MAX_MEGABYTES} МБ",
            type=list(upload.KINDS),
            max_upload_size=upload.MAX_MEGABYTES,
        )
    return file.getvalue() if file else None


@contextmanager
def report_proof() -> Iterator[None]:
    """Send a proof; then open Главная, or draw the form with the refusal and a new captcha."""
    try:
        yield
    except PortalError as refusal:
        # an empty field does not cost a new captcha
        if not isinstance(refusal, ClaimRefused | TypedRefused):
            session.drop_captcha_key(FORM)
        session.keep_note(FORM, _REFUSAL, str(refusal))
        st.rerun()
    session.drop_captcha_key(FORM)
    session.renew_key(FORM)
    submit.go_home(done="Лицевой счёт присоединён.")


def render_refusal() -> None:
    """Draw the refusal of the last run, once."""
    refusal = session.take_note(FORM, _REFUSAL)
    if refusal:
        st.error(refusal, icon=":material/error:", width=WIDTH)
