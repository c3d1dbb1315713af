"""What is kept about a login's saved views of analysts; the operator's role."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BindParameter, Select, Text, bindparam, cast, select

from db.models import InsightDelivery, InsightSubscription, InsightView

_login: BindParameter[int] = bindparam("login")
TABLES: Mapping[str, Select[*tuple[Any, ...]]] = {
    "saved_views": select(
        InsightView.name,
        InsightView.path.label("screen"),
        cast(InsightView.query, Text).label("query"),
        InsightView.is_shared,
        InsightView.created_at,
    )
    .where(InsightView.login_id == _login)
    .order_by(InsightView.id),
    "view_subscriptions": select(
        InsightView.name.label("view"),
        InsightSubscription.occasion,
        InsightSubscription.figure_name.label("figure"),
        InsightSubscription.is_above,
        InsightSubscription.bound,
        InsightSubscription.created_at,
        InsightSubscription.paused_at,
    )
    .join(InsightView, InsightView.id == InsightSubscription.view_id)
    .where(InsightSubscription.login_id == _login)
    .order_by(InsightSubscription.id),
    "view_letters": select(
        InsightDelivery.happened_at,
        InsightDelivery.occasion,
        InsightDelivery.outcome,
        InsightDelivery.reason,
    )
    .where(InsightDelivery.login_id == _login)
    .order_by(InsightDelivery.happened_at),
}
