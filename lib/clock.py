"""The one place that reads the clock.

``now`` is the real time, for sessions, tokens and tickets. ``today`` is the business date in the
centre's time zone; demonstration mode may move it.
"""

import datetime as dt

from lib import config


def now() -> dt.datetime:
    """Return the current moment in UTC."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """Return the business date in the centre's time zone."""
    settings = config.get_settings()
    return settings.kabinet_today or dt.datetime.now(settings.zone).date()


def local(moment: dt.datetime) -> dt.datetime:
    """Return a moment in the centre's time zone."""
    return moment.astimezone(config.get_settings().zone)
