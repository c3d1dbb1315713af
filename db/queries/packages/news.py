"""News that packages carry, as residents read them."""

import datetime as dt

from sqlalchemy import text
from sqlalchemy.orm import Session

# news that staff have withdrawn stay withdrawn; a text that billing corrects is corrected here
_PUBLISH = text(
    """
    INSERT INTO news (organization_id, sender_id, news_item_id, kind, title, body, audience,
        published_at, created_at)
    SELECT organization.id, item.sender_id, item.id, 'news', item.title, item.body, 'sender',
        item.published_on::timestamp AT TIME ZONE :zone, :now
    FROM news_item AS item
    JOIN sender ON sender.id = item.sender_id
    LEFT JOIN organization ON organization.sender_id = sender.id
        AND organization.external_id = sender.code
    WHERE item.sender_id = :sender
    ON CONFLICT (news_item_id) DO UPDATE SET title = excluded.title, body = excluded.body,
        published_at = excluded.published_at, changed_at = :now, version = news.version + 1
    WHERE (news.title, news.body, news.published_at)
        IS DISTINCT FROM (excluded.title, excluded.body, excluded.published_at)
    """
)


def publish_news(session: Session, *, sender_id: int, zone: str, now: dt.datetime) -> None:
    """Add a sender's news to the list that residents read, and update those that differ.

    Args:
        session: the owner's.
        sender_id: key of the sender.
        zone: name of the time zone in which days of publication begin.
        now: the moment of creation or change.
    """
    session.execute(_PUBLISH, {"sender": sender_id, "zone": zone, "now": now})
