"""Attach an account (Добавить лицевой счёт): choose the premise and prove the account."""

import streamlit as st

from lib.access import Permission
from lib.services.accounts import attachments, requests
from lib.services.accounts.attachments import CaptchaAnswer
from lib.services.accounts.claims import Claim
from lib.ui import captcha_field, frame, guard, markup, session, submit
from lib.ui.accounts import attach_fields, premise_choice, request_list
from lib.ui.accounts.attach_fields import Way

actor = guard.require(Permission.ACCOUNTS_ATTACH)
address, width = session.get_address(), premise_choice.WIDTH

markup.render_title("Добавить лицевой счёт")
request_list.render_requests(requests.list_own_requests(actor=actor))
place = premise_choice.ask_place()
if place is None:
    st.caption(
        "Понадобится последняя квитанция: из неё номер счёта, дата и сумма платежа или код. "
        "Если её нет, подойдёт фотография документа."
    )
    frame.end_screen()

way = attach_fields.ask_way()
if way is Way.PHOTO:
    form = f"{attach_fields.FORM}.photo"
    with st.form(f"{form}.{session.request_key(form)}", border=False, width=width):
        number = attach_fields.ask_number()
        photo = attach_fields.ask_photo()
        comment = st.text_area(
            "Комментарий",
            max_chars=requests.LONGEST_COMMENT,
            placeholder="если хотите что-то пояснить",
            height=80,
        )
        sent = st.form_submit_button("Отправить заявку", type="primary")
    if sent:
        done = "Заявка отправлена. О решении сообщим письмом, состояние видно здесь."
        with submit.report_outcome(form=form, done=done):
            claim = Claim(place.organization_id, place.premise_id, number)
            requests.request_account(
                actor=actor, claim=claim, comment=comment or "", content=photo, address=address
            )
    frame.end_screen()

form, ending = attach_fields.FORM, "" if way is Way.PAYMENT else f".{way}"
with st.form(f"{form}.{session.request_key(form)}{ending}", border=False, width=width):
    number = attach_fields.ask_number()
    if way is Way.PAYMENT:
        paid_on = st.text_input(
            "Дата последнего платежа", max_chars=20, placeholder="ДД.ММ.ГГГГ", autocomplete="off"
        )
        amount = st.text_input("Сумма платежа, ₽", max_chars=20, placeholder="123,45")
    else:
        code = st.text_input(
            "Код для личного кабинета", max_chars=20, placeholder="XXXXX-XXXXX", autocomplete="off"
        )
    key, answer = captcha_field.ask_captcha(form)
    sent = st.form_submit_button("Добавить счёт", type="primary")
attach_fields.render_refusal()
if sent:
    captcha = CaptchaAnswer(key, session.get_visit(), answer)
    claim = Claim(place.organization_id, place.premise_id, number)
    with attach_fields.report_proof():
        if way is Way.PAYMENT:
            attachments.attach_by_payment(
                actor=actor,
                claim=claim,
                paid_on=paid_on or "",
                amount=amount or "",
                captcha=captcha,
                address=address,
            )
        else:
            attachments.attach_by_code(
                actor=actor, claim=claim, code=code or "", captcha=captcha, address=address
            )
