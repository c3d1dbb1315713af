"""The resident's requests for paid services, and the services that may be ordered."""

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup

from lib import links
from lib.domain import formats
from lib.services.paid_services import price_list
from lib.services.paid_services.ordering import Offer
from lib.services.paid_services.requests import PaidRequest
from lib.ui import markup, tables
from lib.ui.markup import EMPTY, fill, join_pieces
from lib.ui.paid_services import _words

_TITLE = "Заявки на платные услуги"
_NO_OFFERS = "Организации вашего дома пока не опубликовали прейскурант платных услуг."
_REQUEST_HEADINGS = tables.list_word_headings(
    "Номер", "Услуга", "Желаемый день", "Цена", "Статус", "Оплата"
)
_OFFER_HEADINGS = tables.list_word_headings("Услуга", "Что входит", "Цена", "Заявка")
_TO_AGREE = Markup(' <span class="kb-badge">ждёт вашего согласия</span>')
_ORDER = Markup('<a class="kb-link" href="{}" aria-label="{}">Заказать</a>')
_CAPTION = Markup('{} <span class="kb-quiet">ЛС {}</span>')


def build_list(offers: Sequence[Offer], requests: Sequence[PaidRequest]) -> Markup:
    """Return the whole screen: the requests, then the price lists."""
    own = _build_requests(requests) if requests else EMPTY
    lists = _build_price_lists(offers) if offers else markup.build_note(_NO_OFFERS)
    return markup.build_title(_TITLE) + own + lists


def _build_requests(requests: Sequence[PaidRequest]) -> Markup:
    return tables.build_table(
        caption="Мои заявки",
        headings=_REQUEST_HEADINGS,
        rows=map(_build_request, requests),
        kind="kb-requested",
        is_boxed=True,
    )


def _build_request(request: PaidRequest) -> tuple[str | Markup, ...]:
    address = links.link_to_screen(links.PAID_SERVICES, id=request.appeal_id)
    mark = _TO_AGREE if request.is_to_agree else EMPTY
    return (
        fill(Markup('<a href="{}">{}</a>'), address, request.number),
        request.name,
        formats.format_date(request.wanted_on),
        _words.format_price(request),
        fill(Markup("{}{}"), _words.format_status(request), mark),
        _words.format_payment(request),
    )


def _build_price_lists(offers: Sequence[Offer]) -> Markup:
    """Return the price list of each organisation, for each account if there are several."""
    accounts = {offer.account_id for offer in offers}
    lists = [
        _build_price_list(organization, list(group), with_account=len(accounts) > 1)
        for (_, organization), group in groupby(
            offers, key=lambda offer: (offer.account_id, offer.organization)
        )
    ]
    return markup.build_subtitle("Прейскурант") + join_pieces(lists)


def _build_price_list(organization: str, offers: Sequence[Offer], *, with_account: bool) -> Markup:
    return tables.build_table(
        caption=fill(_CAPTION, organization, offers[0].account) if with_account else organization,
        headings=_OFFER_HEADINGS,
        rows=map(_build_offer, offers),
        kind="kb-offers",
        is_boxed=True,
    )


def _build_offer(offer: Offer) -> tuple[str | Markup, ...]:
    address = links.link_to_screen(
        links.PAID_SERVICES, service=offer.service_id, account=offer.account_id
    )
    return (
        offer.name,
        offer.description or "—",
        f"{price_list.format_price(offer.price)} {offer.unit}",
        fill(_ORDER, address, f"Заказать: {offer.name}"),
    )
