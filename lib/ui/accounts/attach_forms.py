"""The forms that attach an account: by its last payment, a receipt's code or a photo."""

from collections.abc import Callable
from enum import StrEnum
from typing import NoReturn

import streamlit as st

from lib.access import Actor
from lib.documents import upload
from lib.domain.typed import TypedRefused
from lib.errors import PortalError
from lib.services.accounts import attachments, claims, requests
from lib.services.accounts.attachments import CaptchaAnswer
from lib.services.accounts.claims import Claim, ClaimRefused
from lib.ui import captcha_field, query, session, submit
from lib.ui.accounts.premise_choice import WIDTH, Place

FORM = "attach"
_REFUSAL = "refusal"
_HOME = "resident/home.py"


class _Way(StrEnum):
    """How an account may be attached; the address may name it."""

    PAYMENT = "payment"
    CODE = "code"
    PHOTO = "photo"


_NAMES = {
    _Way.PAYMENT: "Последний платёж",
    _Way.CODE: "Код с квитанции",
    _Way.PHOTO: "Фотография документа",
}
_HINTS = {
    _Way.PAYMENT: "Подойдёт любой платёж за последние три месяца, в которых они были.",
    _Way.CODE: "Десять букв на последней квитанции; раскладка клавиатуры не важна.",
    _Way.PHOTO: "Квитанция или договор, где видны адрес и номер счёта. Паспорт не нужен; "
    "всё лишнее можно закрыть листом бумаги. Решение примет сотрудник организации.",
}


def render_form(actor: Actor, place: Place) -> None:
    """Ask how to prove the account, and draw the form for it."""
    ways = tuple(_Way)
    named = next((way for way in ways if way == query.get_text("way")), _Way.PAYMENT)
    way: _Way = st.radio(
        "Чем подтвердить, что счёт ваш",
        ways,
        index=ways.index(named),
        format_func=lambda way: _NAMES[way],
        horizontal=True,
    )
    st.caption(_HINTS[way], width=WIDTH)
    _FORMS[way](actor, place)


def _attach_by_payment(actor: Actor, place: Place) -> None:
    with st.form(f"{FORM}.{session.request_key(FORM)}", border=False, width=WIDTH):
        number = _ask_number()
        paid_on = st.text_input(
            "Дата последнего платежа",
            max_chars=20,
            placeholder="ДД.ММ.ГГГГ",
            autocomplete="off",
        )
        amount = st.text_input("Сумма платежа, ₽", max_chars=20, placeholder="123,45")
        key, answer = captcha_field.ask_captcha(FORM)
        sent = st.form_submit_button("Добавить счёт", type="primary")
    _render_refusal()
    if sent:
        _attach(
            lambda captcha: attachments.attach_by_payment(
                actor=actor,
                claim=_make_claim(place, number),
                paid_on=paid_on or "",
                amount=amount or "",
                captcha=captcha,
                address=session.get_address(),
            ),
            CaptchaAnswer(key, session.get_visit(), answer),
        )


def _attach_by_code(actor: Actor, place: Place) -> None:
    with st.form(f"{FORM}.{session.request_key(FORM)}.code", border=False, width=WIDTH):
        number = _ask_number()
        code = st.text_input(
            "Код для личного кабинета",
            max_chars=20,
            placeholder="XXXXX-XXXXX",
            autocomplete="off",
        )
        key, answer = captcha_field.ask_captcha(FORM)
        sent = st.form_submit_button("Добавить счёт", type="primary")
    _render_refusal()
    if sent:
        _attach(
            lambda captcha: attachments.attach_by_code(
                actor=actor,
                claim=_make_claim(place, number),
                code=code or "",
                captcha=captcha,
                address=session.get_address(),
            ),
            CaptchaAnswer(key, session.get_visit(), answer),
        )


def _request_by_photo(actor: Actor, place: Place) -> None:
    form = f"{FORM}.photo"
    with st.form(f"{form}.{session.request_key(form)}", border=False, width=WIDTH):
        number = _ask_number()
        with st.container(key="kb-photo"):
            file = st.file_uploader(
                f"Фотография: JPG, PNG или PDF до {upload.MAX_MEGABYTES} МБ",
                type=list(upload.KINDS),
                max_upload_size=upload.MAX_MEGABYTES,
            )
        comment = st.text_area(
            "Комментарий",
            max_chars=requests.LONGEST_COMMENT,
            placeholder="если хотите что-то пояснить",
            height=80,
        )
        sent = st.form_submit_button("Отправить заявку", type="primary")
    if sent:
        with submit.report_outcome(
            form=form, done="Заявка отправлена. О решении сообщим письмом, состояние видно здесь."
        ):
            requests.request_account(
                actor=actor,
                claim=_make_claim(place, number),
                comment=comment or "",
                content=file.getvalue() if file else None,
                address=session.get_address(),
            )


_FORMS = {
    _Way.PAYMENT: _attach_by_payment,
    _Way.CODE: _attach_by_code,
    _Way.PHOTO: _request_by_photo,
}


def _ask_number() -> str:
    return (
        st.text_input(
            "Номер лицевого счёта",
            max_chars=claims.LONGEST_NUMBER,
            placeholder="как в квитанции",
            autocomplete="off",
        )
        or ""
    )


def _make_claim(place: Place, number: str) -> Claim:
    return Claim(place.organization_id, place.premise_id, number)


def _attach(send: Callable[[CaptchaAnswer], None], captcha: CaptchaAnswer) -> None:
    """Send the proof; then open Главная, or draw the refusal with a new captcha."""
    try:
        send(captcha)
    except PortalError as refusal:
        _refuse(refusal)
    session.drop_captcha_key(FORM)
    session.renew_key(FORM)
    session.keep_flash("Лицевой счёт присоединён.")
    st.switch_page(_HOME)


def _refuse(refusal: PortalError) -> NoReturn:
    """Keep a refusal for the next run; an empty field does not cost a new captcha."""
    if not isinstance(refusal, ClaimRefused | TypedRefused):
        session.drop_captcha_key(FORM)
    session.keep_note(FORM, _REFUSAL, str(refusal))
    st.rerun()
    raise AssertionError  # a rerun does not come back


def _render_refusal() -> None:
    refusal = session.take_note(FORM, _REFUSAL)
    if refusal:
        st.error(refusal, icon=":material/error:", width=WIDTH)
