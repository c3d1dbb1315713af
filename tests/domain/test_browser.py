"""Short names of browsers and networks."""

import pytest

from lib.domain.browser import format_browser
from lib.domain.network import get_subscriber

_CHROME = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 {}Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (_CHROME.format("Windows NT 10.0; Win64; x64", ""), "Chrome на Windows"),
        (_CHROME.format("Windows NT 10.0", "YaBrowser/24.1 "), "Яндекс Браузер на Windows"),
        (_CHROME.format("Linux; Android 13; K", "Mobile "), "Chrome на Android"),
        (_CHROME.format("X11; Linux x86_64", "").replace("Chrome", "HeadlessChrome"),
         "Chromium на Linux"),
        (_CHROME.format("Windows NT 10.0", "") + " Edg/120.0", "Edge на Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0",
         "Firefox на Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
         "Safari на iPhone"),
        ("curl/8.0", "Неизвестный браузер"),
        ("<script>alert(1)</script> Linux", "Неизвестный браузер на Linux"),
    ],
)  # fmt: skip
def test_a_browser_is_two_words(user_agent: str, name: str) -> None:
    assert format_browser(user_agent) == name


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("made up", ""),
    ],
)
def test_a_network_is_one_subscriber(address: str, network: str) -> None:
    assert get_subscriber(address) == network
