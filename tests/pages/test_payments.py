"""The screen «Платежи» in all its states."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from db import session as database
from lib.access import Actor
from lib.domain import formats
from tests.kit.pages import draw_screen, markup

SCREEN = "resident/payments.py"


@pytest.fixture
def open_screen(monkeypatch: pytest.MonkeyPatch, db: object) -> Callable[..., AppTest]:
    """Open the screen as an actor and return it drawn."""

    def show(actor: Actor | None, **query: str) -> AppTest:
        return draw_screen(monkeypatch, actor, SCREEN, **query)

    return show


def execute(statement: str) -> None:
    with database.transaction(database.OWNER) as opened_:
        opened_.execute(text(statement))


def key(number_is: str) -> int:
    with database.transaction(database.OPERATOR) as opened_:
        found = opened_.scalar(
            text(
                "SELECT a.id FROM account a JOIN account_access x ON x.account_id = a.id "
                f"WHERE a.number {number_is} '0000012345'"
            )
        )
    assert found is not None
    return int(found)


def test_the_movement_shows_the_debt_and_each_group(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    html = markup(open_screen(resident))

    assert "Платежи</h1>" in html
    assert "Долг: 126,93" in html
    assert "К концу октября 2014 года" in html
    assert "На начало + начислено + перерасчёт − поступило = на конец" in html
    assert html.count("kb-ledger") == 3
    assert "−15\N{NO-BREAK SPACE}205,32" in html
    for kind in ("pdf", "xlsx", "csv"):
        assert f"/documents/statements/{key('=')}/2014-10-2014-10.{kind}" in html


def test_payments_are_shown_with_groups_and_marks(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    execute(
        "INSERT INTO payment (account_id, external_id, paid_on, period, amount, channel, "
        "is_reversal, reversed_payment_id) SELECT id, 'r', DATE '2014-11-03', DATE '2014-11-01', "
        f"-123.45, 'bank', true, 'pay-1' FROM account WHERE id = {key('=')}"
    )

    html = markup(open_screen(resident, view="payments"))

    assert "18.09.2014" in html
    assert "Жилищные\N{NO-BREAK SPACE}123,45" in html
    assert "отменён" in html
    assert "отмена платежа от 18.09.2014" in html
    assert "ноябрь 2014, месяц ещё не закрыт" in html
    assert "0,00</td></tr></tfoot>" in html
    assert "kb-ledger" not in html


def test_overpayments_are_shown_by_group_and_month(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    html = markup(open_screen(resident, view="overpayments"))

    assert "Переплата на конец месяца" in html
    assert "Теплоснабжение" in html
    assert "14\N{NO-BREAK SPACE}101,55" in html
    assert "Водоснабжение" not in html  # this group was never overpaid


def test_receipts_of_every_closed_month_are_a_click_away(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    second = key("<>")

    html = markup(open_screen(resident, view="receipts", account=str(second)))

    assert html.count(f"/documents/receipts/{second}/") >= 5
    assert "Копии квитанций" in html


def test_the_period_is_kept_in_the_address_and_may_be_given_backwards(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    second = str(key("<>"))
    page = open_screen(resident, account=second)
    since, until = page.selectbox[1], page.selectbox[2]
    newest, oldest = since.options[0], since.options[-1]
    a_year = since.options[:12]
    assert (since.value, until.value) == (_month(a_year[-1]), _month(newest))

    since.select(newest)
    until.select(oldest)
    page.run()

    assert page.query_params["from"] == _month(newest)
    assert page.query_params["to"] == _month(oldest)
    span = f"{_month(oldest)}-{_month(newest)}"
    assert f"/documents/statements/{second}/{span}.pdf" in markup(page)


def _month(label: str) -> str:
    months = {formats.format_month(dt.date(2026, n, 1)).split()[0]: n for n in range(1, 13)}
    name, year = label.split()
    return f"{year}-{months[name]:02}"


@pytest.mark.parametrize(
    "query",
    [
        {"account": "999999"},
        {"account": "abc", "from": "1999-01", "to": "тогда", "view": "money"},
        {"from": "2014-10", "to": "2014-13"},
        {"view": "🙂" * 500},
    ],
)
def test_any_address_shows_only_ones_own_data(
    open_screen: Callable[..., AppTest], resident: Actor, query: dict[str, str]
) -> None:
    page = open_screen(resident, **query)

    assert page.selectbox[0].options[page.selectbox[0].index or 0].startswith("0000012345 · ")
    assert "Долг: 126,93" in markup(page)


def test_a_single_account_needs_no_choice(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    page = open_screen(replace(resident, accounts=(key("="),)))

    assert [box.label for box in page.selectbox] == ["С месяца", "По месяц"]
    assert "Долг: 126,93" in markup(page)


def test_without_payments_it_says_why(open_screen: Callable[..., AppTest], resident: Actor) -> None:
    execute("DELETE FROM payment_part")
    execute("DELETE FROM payment")

    html = markup(open_screen(resident, view="payments"))

    assert "платежей нет" in html
    assert "kb-payments" not in html


def test_without_a_closed_month_only_payments_are_shown(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    execute("UPDATE billing_period SET status = 'open'")

    html = markup(open_screen(resident))

    assert "нет закрытых месяцев" in html
    assert "18.09.2014" in html
    assert "/documents/statements/" not in html
    assert "126,93" not in html


def test_a_reopened_month_hides_the_statement(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    second = key("<>")
    execute(
        "UPDATE billing_period SET status = 'open' WHERE period = (SELECT period FROM bill "
        f"WHERE account_id = {second} ORDER BY period DESC OFFSET 1 LIMIT 1)"
    )

    html = markup(open_screen(resident, account=str(second)))

    assert "/documents/statements/" not in html
    assert "выписку можно будет сохранить" in html
    assert "kb-ledger" in html


def test_an_empty_period_and_no_overpayment_are_explained(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    execute("UPDATE accrual SET opening = 0, closing = 0")
    assert "переплат не было" in markup(open_screen(resident, view="overpayments"))
    execute("DELETE FROM penalty")
    execute("DELETE FROM accrual")

    assert "движения средств по этому счёту не было" in markup(open_screen(resident))


def test_every_text_of_billing_is_escaped(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    evil = "<script>alert(1)</script>"
    execute(f"UPDATE service_group SET name = '{evil}'")
    execute(f"UPDATE payment SET source = '{evil}'")

    for view in ("movement", "payments", "overpayments"):
        html = markup(open_screen(resident, view=view))
        assert evil not in html
        assert "&lt;script&gt;" in html


def test_the_card_leads_to_payments_and_overpayments(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    page = open_screen(resident).switch_page("resident/home.py").run()

    for view in ("payments", "overpayments"):
        assert f"/payments?account={key('=')}&amp;view={view}" in markup(page)


def test_without_an_account_there_is_no_such_screen(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    with pytest.raises(ValueError, match="payments"):
        open_screen(replace(resident, accounts=()))
