"""An employee's day: an incident answered at once, an account looked up, an answer by keyboard."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.test_keyboard import tab_to
from tests.kit.attaching import NUMBER
from tests.kit.looks import find_serious
from tests.kit.portal import Portal

pytestmark = pytest.mark.journey
# insert the appeal directly: another journey covers writing
_SENT = """
    WITH made AS (
        INSERT INTO appeal (account_id, number, kind, organization_id, house_id, login_id, topic,
            status, contact, sent_at, status_at, registered_on, due_on, due_rule, entries,
            request_key, searched)
        SELECT a.id, n.number, 'appeal', a.organization_id, p.house_id, l.id, '{topic}', 'new',
            'почта', now(), now(), current_date, current_date + 10, 'десять дней', 1, '{key}',
            n.number || ' {words}'
        FROM account a JOIN premise p ON p.id = a.premise_id
        JOIN login l ON l.username = 'resident',
        (SELECT to_char(current_date, 'YYYY-') || lpad(
            next_appeal_number(extract(year FROM current_date)::integer)::text, 6, '0')) n(number)
        WHERE a.number = '{account}' RETURNING account_id, id
    )
    INSERT INTO appeal_entry (account_id, appeal_id, kind, side, body, happened_at, told_at)
    SELECT account_id, id, 'message', 'resident', '{words}', now(), now() FROM made
"""

# other journeys check for unread answers
_READ = "UPDATE appeal SET seen_at = now()"


def send(portal: Portal, topic: str, words: str) -> tuple[int, str]:
    """Put an appeal of the golden account into the queue; return its key and number."""
    key = uuid4().hex
    portal.execute(_SENT.format(topic=topic, words=words, key=key, account=NUMBER))
    row = portal.read(f"SELECT id, number FROM appeal WHERE request_key = '{key}'")[0]
    return row.id, row.number


def statuses(portal: Portal, *keys: int) -> set[str]:
    listed = ", ".join(map(str, keys))
    return {row.status for row in portal.read(f"SELECT status FROM appeal WHERE id IN ({listed})")}


def test_an_incident_is_joined_and_answered_and_an_account_is_looked_up(
    context: BrowserContext, portal: Portal, enter: Callable[..., Page]
) -> None:
    first, _ = send(portal, "quality", "нет тепла")
    second, number = send(portal, "quality", "холодные стояки")
    page = enter(context, "staff", at="/service_desk?view=unassigned")

    # found by another form of the word, opened, joined with another appeal
    page.get_by_label("Поиск").fill("холодный стояк")
    page.get_by_role("button", name="Найти").click()
    expect(page.locator("caption")).to_have_text("Везде: 1")
    assert find_serious(page) == []
    page.get_by_role("link", name=number).click()
    page.get_by_role("button", name="Объединить в инцидент").click()
    page.get_by_label("Ответ всем сразу").fill("{имя}, тепло вернули: № {номер}")
    page.get_by_role("button", name="Ответить всем: 2").click()
    expect(page.get_by_text("Всем ответили")).to_be_visible()
    assert statuses(portal, first, second) == {"completed"}

    page.get_by_role("link", name=f"№ {number}").click()
    expect(page.get_by_text(f"Сергей, тепло вернули: № {number}")).to_be_visible()
    assert find_serious(page) == []

    # the reason is asked first
    page.locator(".kb-facts").get_by_role("link", name="карточка лицевого счёта").click()
    expect(page.get_by_label("Номер лицевого счёта")).to_have_value(NUMBER)
    page.get_by_label("Причина").fill("Проверяю отопление")
    page.get_by_role("button", name="Открыть счёт").click()
    expect(page.get_by_text("Долг: 126,93 ₽")).to_be_visible()
    page.get_by_role("radio", name="Кабинеты").click()
    expect(page.get_by_role("cell", name="r***@e***.org")).to_be_visible()
    assert find_serious(page) == []
    portal.execute(_READ)


def test_an_appeal_is_answered_by_keyboard(
    context: BrowserContext, portal: Portal, enter: Callable[..., Page]
) -> None:
    key, number = send(portal, "waste", "переполнен контейнер")
    page = enter(context, "staff", at="/service_desk?topic=waste")
    tab_to(page, number)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"Обращение № {number}")).to_be_visible()

    tab_to(page, "Взять в работу")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Обращение у вас в работе")).to_be_visible()
    page.get_by_label("Текст для заявителя").focus()
    page.keyboard.type("Контейнер вывезли, график уточнили")
    tab_to(page, "Ответить")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ответ отправлен")).to_be_visible()
    tab_to(page, "Закрыть")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Закрыто.")).to_be_visible()
    assert statuses(portal, key) == {"closed"}
    portal.execute(_READ)
