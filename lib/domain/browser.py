"""What a browser calls itself, in two words that its owner recognises."""

# the order matters: most browsers also claim to be the ones below them
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


def short_name(user_agent: str) -> str:
    """Shorten a User-Agent: «Chrome на Windows». Nothing that it says word for word is kept."""
    program = _first(_PROGRAMS, user_agent)
    system = _first(_SYSTEMS, user_agent)
    return " на ".join(part for part in (program or _UNKNOWN, system) if part)


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((word for mark, word in known if mark in user_agent), None)
