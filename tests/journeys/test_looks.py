"""How screens look in all sizes and themes, and that they contact no foreign server."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.kit.faults import SOAK
from tests.kit.looks import PHONE, SIDEWAYS, WIDE, find_serious
from tests.kit.portal import Portal, wait_until_drawn

pytestmark = pytest.mark.journey
MOVING = """
[...document.querySelectorAll('*')].filter(element => {
  const style = getComputedStyle(element)
  return parseFloat(style.transitionDuration) > 0 || parseFloat(style.animationDuration) > .01
}).length
"""
# the screens with most parts of their own; the others are made of the same
SCREENS = ["/", "/charges", "/meters", "/pay", "/appeals?new=1", "/profile"]
STRANGERS = ["/", "/registration"]
# who looks at which screens; one of an analyst is looked at in their own journey
WALKS: dict[str | None, list[str]] = {None: STRANGERS, "resident": SCREENS}
LOOKS: list[tuple[Any, Any]] = [(WIDE, "light"), (PHONE, "dark")]
if SOAK > 1:
    SCREENS += [
        "/payments",
        "/news",
        "/appeals",
        "/organizations",
        "/organizations?id=1",
        "/paid_services",
        "/news?id=1",
    ]
    SCREENS += ["/guide?section=payments", "/sign_out", "/privacy", "/terms"]
    WALKS["analyst"] = [
        "/",
        "/debts",
        "/insight_payments",
        "/collection?compared=before",
        "/consumption",
        "/insight_appeals",
        "/free_query?sql=SELECT+period,+sum(charged)+FROM+months+GROUP+BY+1",
        "/saved_views",
    ]
    STRANGERS += ["/activation", "/guide", "/guide?q=долг"]
    LOOKS += [(PHONE, "light"), (WIDE, "dark")]
_BACKGROUND = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
_DRAWN_IN = f"""scheme => {{
  const [red] = {_BACKGROUND}.match(/[0-9]+/g)
  return (scheme === 'light') === (red > 127)
}}"""
_HELD = """Array.from(document.querySelectorAll('.kb-bill, .kb-head, .kb-header')).every(
    e => e.scrollWidth <= e.clientWidth + 1)"""
_SPILLING = """Array.from(document.querySelectorAll('.kb-bill td')).filter(
    e => e.scrollWidth > e.clientWidth + 1).map(e => e.innerText)"""


@pytest.mark.parametrize(("name", "paths"), WALKS.items())
def test_no_screen_scrolls_sideways_or_fails_axe(
    another: Callable[..., BrowserContext],
    enter: Callable[..., Page],
    portal: Portal,
    name: str | None,
    paths: list[str],
) -> None:
    context = another(viewport=WIDE)
    page = enter(context, name) if name else context.new_page()
    backgrounds = set()
    for number, path in enumerate(paths):
        page.goto(f"{portal.url}{path}")
        for size, scheme in LOOKS if SOAK > 1 else [LOOKS[number % 2]]:
            # switch the theme without a reload, which would take longer than the checks
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function(_DRAWN_IN, arg=scheme)
            wait_until_drawn(page)
            look = (path, size, scheme)
            backgrounds.add((scheme, page.evaluate(_BACKGROUND)))

            assert page.evaluate(SIDEWAYS) <= 0, look
            assert page.evaluate(_HELD), look
            assert page.evaluate(_SPILLING) == [], look
            assert find_serious(page) == [], look
    assert len(backgrounds) == len(dict(backgrounds)) == len({seen for _, seen in backgrounds}) == 2


def test_on_a_phone_each_line_is_a_small_block(
    another: Callable[..., BrowserContext], enter: Callable[..., Page]
) -> None:
    context = another(viewport=PHONE)
    page = enter(context)

    row = page.locator("table.kb-bill tbody tr").first
    label = row.locator("td").nth(3)

    assert label.evaluate("e => getComputedStyle(e, '::before').content") == (
        '"К оплате на начало месяца"'
    )
    box = row.bounding_box()
    assert box is not None
    assert box["height"] > 100


def test_no_foreign_server_is_contacted(
    browser: Browser, enter: Callable[..., Page], portal: Portal
) -> None:
    foreign: list[str] = []
    context = browser.new_context()  # has read nothing yet
    context.on(
        "request",
        lambda request: (
            foreign.append(request.url)
            if not request.url.startswith((portal.url, "data:", "blob:"))
            else None
        ),
    )
    page = enter(context, at="/charges")
    wait_until_drawn(page)

    assert foreign == []
    context.close()


def test_streamlits_own_menus_are_hidden(
    context: BrowserContext, enter: Callable[..., Page], portal: Portal
) -> None:
    page = enter(context)

    expect(page.get_by_text("Deploy")).to_have_count(0)
    expect(page.get_by_test_id("stMainMenu")).to_have_count(0)
    answer = context.request.get(f"{portal.url}/_stcore/agent/openapi.json")
    assert answer.status == 404


def test_nothing_moves_for_whoever_asks_for_less_motion(
    context: BrowserContext, enter: Callable[..., Page]
) -> None:
    page = enter(context)
    wait_until_drawn(page)

    assert page.evaluate(MOVING) == 0

    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(MOVING) > 0


def test_texts_are_set_in_pt_sans(context: BrowserContext, enter: Callable[..., Page]) -> None:
    page = enter(context)

    assert page.evaluate("document.fonts.ready.then(f => f.check('16px \"PT Sans\"'))")
    family = page.locator(".kb-sum").first.evaluate("e => getComputedStyle(e).fontFamily")
    assert "PT Sans" in family


def test_a_lost_database_is_explained_and_the_portal_recovers(
    context: BrowserContext,
    another: Callable[..., BrowserContext],
    enter: Callable[..., Page],
    portal: Portal,
) -> None:
    page, analyst = enter(context), enter(another(), "analyst")
    expect(analyst.locator(".kb-tile").first).to_be_visible()
    portal.execute("ALTER DATABASE kabinet ALLOW_CONNECTIONS false", database="postgres")
    try:
        portal.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'kabinet'",
            database="postgres",
        )
        page.reload()
        analyst.reload()
        for seen in (page, analyst):
            expect(seen.get_by_text("Данные сейчас недоступны")).to_be_visible()
            assert "Traceback" not in seen.content()
    finally:
        portal.execute("ALTER DATABASE kabinet ALLOW_CONNECTIONS true", database="postgres")

    for seen in (page, analyst):
        seen.get_by_role("button", name="Повторить").click()

    expect(page.locator(".kb-sum").first).to_have_text("Долг: 126,93 ₽")
    expect(analyst.locator(".kb-tile")).not_to_have_count(0)
