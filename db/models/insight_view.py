"""Saved views of analysts, subscriptions to them, and what became of each letter."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, false
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id


class InsightView(Base):
    """A screen of analysts with the query of its address, under a name.

    Attributes:
        organization_id: the only organisation that its owner sees; None: all. Colleagues are
            the analysts for whom it is the same.
        author: the name of its owner, as colleagues see it.
        query: values of the address by name; without months the view moves on with them.
        is_shared: colleagues see it, too.
    """

    __tablename__ = "insight_view"

    id: Mapped[Id]
    login_id: Mapped[int] = mapped_column(ForeignKey("login.id", ondelete="CASCADE"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    author: Mapped[str]
    name: Mapped[str]
    path: Mapped[str]
    query: Mapped[dict[str, str]] = mapped_column(JSONB)
    is_shared: Mapped[bool] = mapped_column(server_default=false())
    created_at: Mapped[dt.datetime]
    request_key: Mapped[str]

    __table_args__ = (
        CheckConstraint("octet_length(query::text) <= 24000", name="query_short"),
        UniqueConstraint("login_id", "request_key"),
    )


class InsightSubscription(Base):
    """A subscription of a login to a saved view, by e-mail.

    Attributes:
        occasion: when a letter is sent.
        figure: key of the watched figure, if a bound is watched.
        figure_name: its name, in Russian.
        figure_unit: the unit of the figure and of the bound.
        is_above: whether the letter is sent above the bound; below it otherwise.
        since: what happened before is not told: the moment of subscribing or resuming.
        known_month: the latest closed month that needs no letter any more.
        is_beyond: whether the figure was beyond the bound at the last look.
        seen: the version and the day of the last look.
        pause_key: the secret of the link that pauses it.
    """

    __tablename__ = "insight_subscription"

    id: Mapped[Id]
    login_id: Mapped[int] = mapped_column(ForeignKey("login.id", ondelete="CASCADE"))
    view_id: Mapped[int] = mapped_column(ForeignKey("insight_view.id", ondelete="CASCADE"))
    occasion: Mapped[str]
    figure: Mapped[str | None]
    figure_name: Mapped[str | None]
    figure_unit: Mapped[str | None]
    is_above: Mapped[bool | None]
    bound: Mapped[Decimal | None] = mapped_column(Numeric(20, 6))
    created_at: Mapped[dt.datetime]
    since: Mapped[dt.datetime]
    paused_at: Mapped[dt.datetime | None]
    known_month: Mapped[dt.date | None]
    is_beyond: Mapped[bool | None]
    seen: Mapped[str | None]
    pause_key: Mapped[str]
    request_key: Mapped[str]

    __table_args__ = (
        CheckConstraint(
            "occasion IN ('weekly', 'monthly', 'closing', 'bound')", name="occasion_known"
        ),
        CheckConstraint(
            "(occasion = 'bound') = (figure IS NOT NULL AND figure_name IS NOT NULL "
            "AND figure_unit IS NOT NULL AND is_above IS NOT NULL AND bound IS NOT NULL)",
            name="bound_complete",
        ),
        UniqueConstraint("login_id", "request_key"),
        Index("ix_insight_subscription_view_id", "view_id"),
    )


class InsightDelivery(Base):
    """What became of one occasion of a subscription; an occasion has one letter at most.

    Attributes:
        occasion: names it: «week 2026-W48», «closed 2026-10».
        outcome: the letter was posted, was not, or is tried again.
        reason: why not, in Russian.
    """

    __tablename__ = "insight_delivery"

    id: Mapped[Id]
    subscription_id: Mapped[int] = mapped_column(
        ForeignKey("insight_subscription.id", ondelete="CASCADE")
    )
    login_id: Mapped[int] = mapped_column(ForeignKey("login.id", ondelete="CASCADE"))
    occasion: Mapped[str]
    happened_at: Mapped[dt.datetime]
    outcome: Mapped[str]
    reason: Mapped[str]

    __table_args__ = (
        CheckConstraint("outcome IN ('sent', 'not_sent', 'waiting')", name="outcome_known"),
        UniqueConstraint("subscription_id", "occasion"),
        Index("ix_insight_delivery_login_id_happened_at", "login_id", "happened_at"),
    )
