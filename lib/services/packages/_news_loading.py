"""News that packages carry, for the residents of that billing: in one list with the others."""

from sqlalchemy import text

from lib import clock, config
from lib.services.packages._incoming import Incoming

# what staff have withdrawn stays so; a text that billing corrects is corrected here
_COPY = text(
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


def load(incoming: Incoming) -> None:
    """Copy the sender's news to where residents read them."""
    values = {
        "sender": incoming.sender_id,
        "zone": config.settings().kabinet_time_zone,
        "now": clock.now(),
    }
    incoming.connection.execute(_COPY, values)
