"""The table of our routes."""

from starlette.routing import Route

from lib import links
from lib.web import (
    account_requests,
    appeal_files,
    captcha,
    demo_bank,
    documents,
    exports,
    fonts,
    guide_pictures,
    health,
    index,
    insight_files,
    mailbox,
    mistakes,
    page_script,
    payments,
    session,
    statements,
)

_REQUEST = links.ACCOUNT_REQUEST.format(request_id="{request_id:int}")
_CODE = links.PAYMENT_CODE.replace("_id}", "_id:int}")
_CAPTCHA = links.CAPTCHA.format(key="{key:uuid}")
ROUTES = (
    *(Route(links.link_to_screen(path), index.get_page) for path in links.SCREENS),
    Route(links.HEALTH, health.get_health),
    Route(links.READY, health.get_readiness),
    Route(links.SESSION, session.open_session, methods=["POST"]),
    Route(links.SIGN_OUT, session.end_session, methods=["POST"]),
    Route(links.RECEIPT.replace("{account_id}", "{account_id:int}"), documents.get_receipt),
    Route(links.STATEMENT.replace("{account_id}", "{account_id:int}"), statements.get_statement),
    Route(links.DATA_EXPORT.replace("{export_id}", "{export_id:uuid}"), exports.get_data_export),
    Route(links.INSIGHT_FILE, insight_files.get_insight_file),
    Route(_REQUEST, account_requests.get_document),
    Route(links.APPEAL_FILE.replace("_id}", "_id:int}"), appeal_files.get_appeal_file),
    Route(links.FONTS, fonts.get_font),
    Route(links.GUIDE_PICTURE, guide_pictures.get_picture),
    Route(links.MISTAKES, mistakes.submit_report, methods=["POST"]),
    Route(links.PAGE_SCRIPT, page_script.get_script),
    Route(f"{_CAPTCHA}.png", captcha.get_picture),
    Route(f"{_CAPTCHA}.wav", captcha.get_sound),
    Route(_CAPTCHA, captcha.renew_captcha, methods=["POST"]),
    Route(links.PAY_ONLINE, payments.pay_online, methods=["POST"]),
    Route(links.PAYMENT_NOTICE, payments.receive_notice, methods=["POST"]),
    Route(_CODE, payments.get_payment_code),
    *demo_bank.ROUTES,
    Route(links.MAILBOX, mailbox.list_letters),
    Route(f"{links.MAILBOX}/{{letter_id:int}}", mailbox.get_letter),
)
