"""Own requests for paid services, and what may be ordered, as one piece of markup."""

from collections.abc import Sequence
from itertools import groupby

from lib import links
from lib.domain import formats
from lib.services.paid_services import price_list
from lib.services.paid_services.ordering import Offer
from lib.services.paid_services.requests import PaidRequest
from lib.ui import markup
from lib.ui.markup import text
from lib.ui.paid_services import _words

_TITLE = "Заявки на платные услуги"
_NO_OFFERS = "Организации вашего дома пока не опубликовали прейскурант платных услуг."
_REQUEST_HEADINGS = ("Услуга", "Желаемый день", "Цена", "Статус", "Оплата")
_OFFER_HEADINGS = ("Что входит", "Цена", "Заявка")


def show(offers: Sequence[Offer], requests: Sequence[PaidRequest]) -> None:
    """Draw the screen as one piece of markup: each element costs every run of it."""
    own = _requests(requests) if requests else ""
    lists = _lists(offers) if offers else markup.note(_NO_OFFERS)
    markup.show(f"{markup.heading(_TITLE)}{own}{lists}")


def _requests(requests: Sequence[PaidRequest]) -> str:
    rows = "".join(map(_request, requests))
    return (
        '<table class="kb-bill kb-requested"><caption>Мои заявки</caption><thead><tr>'
        f'<th scope="col">Номер</th>{_heads(_REQUEST_HEADINGS)}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _request(request: PaidRequest) -> str:
    address = links.screen(links.PAID_SERVICES, id=request.appeal_id)
    new = ' <span class="kb-badge">ждёт вашего согласия</span>' if request.is_to_agree else ""
    cells = (
        text(request.name),
        formats.day(request.wanted_on),
        text(_words.price(request)),
        f"{text(_words.status(request))}{new}",
        text(_words.payment(request)),
    )
    return _row(f'<a href="{text(address)}">{text(request.number)}</a>', _REQUEST_HEADINGS, cells)


def _lists(offers: Sequence[Offer]) -> str:
    """Return the price list of each organisation, for each account where there are several."""
    accounts = {offer.account_id for offer in offers}
    found = []
    for (_, organization), group in groupby(
        offers, key=lambda offer: (offer.account_id, offer.organization)
    ):
        own = list(group)
        caption = text(organization)
        if len(accounts) > 1:
            caption += f' <span class="kb-quiet">ЛС {text(own[0].account)}</span>'
        rows = "".join(map(_offer, own))
        found.append(
            f'<table class="kb-bill kb-offers"><caption>{caption}</caption><thead><tr>'
            f'<th scope="col">Услуга</th>{_heads(_OFFER_HEADINGS)}</tr></thead>'
            f"<tbody>{rows}</tbody></table>"
        )
    return f'<h2 class="kb-subtitle">Прейскурант</h2>{"".join(found)}'


def _offer(offer: Offer) -> str:
    address = links.screen(links.PAID_SERVICES, service=offer.service_id, account=offer.account_id)
    cells = (
        text(offer.description) or "—",
        f"{text(price_list.format_price(offer.price))} {text(offer.unit)}",
        _order(address, offer.name),
    )
    return _row(text(offer.name), _OFFER_HEADINGS, cells)


def _order(address: str, name: str) -> str:
    said = text(f"Заказать: {name}")
    return f'<a class="kb-link" href="{text(address)}" aria-label="{said}">Заказать</a>'


def _heads(names: Sequence[str]) -> str:
    return "".join(f'<th scope="col" class="kb-word">{name}</th>' for name in names)


def _row(first: str, names: Sequence[str], cells: Sequence[str]) -> str:
    # one box a cell, so that on a phone the words stay together beside the heading
    told = "".join(
        f'<td class="kb-word" data-label="{name}"><div>{cell}</div></td>'
        for name, cell in zip(names, cells, strict=True)
    )
    return f'<tr><th scope="row">{first}</th>{told}</tr>'
