"""Letters about news to residents who agreed to get them: posted in batches, one to each."""

import datetime as dt
from contextlib import suppress

from sqlalchemy.orm import Session

from db import session as database
from db.models import News
from db.queries import organizations
from db.queries.news import letters as queries
from lib import clock
from lib.documents import news_text
from lib.domain import formats
from lib.domain.news import Kind
from lib.mail import news_letters, outbox
from lib.mail.outbox import RecipientRefused

BATCH = 200
_FRESH = dt.timedelta(days=2)  # older items get no letters
_LEAD = 400


def post_letters() -> int:
    """Post letters about recently published news; return how many were posted.

    Each batch is a transaction. If the worker stops in between, the next run goes on after the
    last login that got a letter.
    """
    posted = 0
    while (batch := _post_batch()) is not None:
        posted += batch
    return posted


def _post_batch() -> int | None:
    """Post the next letters and return how many; None if there is no news to post."""
    now = clock.now()
    with database.transaction(database.OPERATOR) as session:
        news = queries.lock_next_news(session, now=now, since=now - _FRESH)
        if news is None:
            return None
        rows = queries.list_recipients(
            session, news_id=news.id, after=news.told_up_to, limit=BATCH, now=now
        )
        organization = _organization(session, news)
        lead, when = _lead(news), _when(news)
        for row in rows:
            letter = news_letters.write_news(
                name=row.first_name,
                news_id=news.id,
                title=news.title,
                organization=organization,
                lead=lead,
                when=when,
            )
            with suppress(RecipientRefused):  # the other recipients still get their letters
                outbox.post_letter(session, recipient=row.email, letter=letter)
        if rows:
            news.told_up_to = rows[-1].id
        if len(rows) < BATCH:
            news.told_at = now
        return len(rows)


def _organization(session: Session, news: News) -> str:
    """Return the name of the organisation; empty for news of a sender without one."""
    if news.organization_id is None:
        return ""
    return formats.quote_name(organizations.find_name(session, key=news.organization_id) or "")


def _lead(news: News) -> str:
    safe = (
        news_text.render_markdown(news.body)
        if news.news_item_id is None
        else news_text.render_plain(news.body)
    )
    return news_text.cut_excerpt(safe, longest=_LEAD)


def _when(news: News) -> str:
    """Format the start and end of an outage; empty for other news."""
    if news.kind != Kind.OUTAGE or news.begins_at is None or news.ends_at is None:
        return ""
    return formats.format_span(clock.local(news.begins_at), clock.local(news.ends_at))
