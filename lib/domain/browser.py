"""The name of a browser and its system, short enough for a list of sessions."""

# the order matters: the User-Agent of most browsers also contains names from further down
_PROGRAMS = (
    ("YaBrowser/", "Яндекс Браузер"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chromium/", "Chromium"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_UNKNOWN = "Неизвестный браузер"


def format_browser(user_agent: str) -> str:
    """Format a User-Agent as «Chrome на Windows»; no part of the original text is kept."""
    program = _first(_PROGRAMS, user_agent)
    system = _first(_SYSTEMS, user_agent)
    return " на ".join(part for part in (program or _UNKNOWN, system) if part)


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((name for mark, name in names if mark in user_agent), None)
