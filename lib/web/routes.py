"""Our addresses and what answers them."""

from starlette.routing import Route

from lib import links
from lib.web import documents, fonts, health, index, session

ROUTES = (
    *(Route(links.screen(path), index.page) for path in links.SCREENS),
    Route(links.HEALTH, health.healthz),
    Route(links.READY, health.readyz),
    Route(links.SESSION, session.open_session, methods=["POST"]),
    Route(links.SIGN_OUT, session.end_session, methods=["POST"]),
    Route(links.RECEIPT.replace("{account_id}", "{account_id:int}"), documents.receipt),
    Route(links.FONTS, fonts.font),
)
