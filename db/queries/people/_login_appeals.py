"""Appeals and requests in the copy of a login's data, read in the holder's own role."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, select

from db.models import Account, Appeal, AppealEntry, AppealFile, Organization, PaidRequest
from db.queries import scope

_login: BindParameter[int] = bindparam("login")
_OF_THREAD = (Appeal.account_id == AppealEntry.account_id) & (Appeal.id == AppealEntry.appeal_id)

TABLES: Mapping[str, Select[*tuple[Any, ...]]] = {
    "appeals": select(
        Appeal.number,
        Account.number.label("account"),
        Organization.name.label("organization"),
        Appeal.topic,
        Appeal.status,
        Appeal.reason,
        Appeal.contact,
        Appeal.about,
        Appeal.sent_at,
        Appeal.due_on,
        Appeal.rating,
        Appeal.rating_comment,
    )
    .join(Account, Account.id == Appeal.account_id)
    .join(Organization, Organization.id == Appeal.organization_id)
    .where(scope.match_viewer(Appeal.account_id), Appeal.login_id == _login)
    .order_by(Appeal.sent_at, Appeal.id),
    "paid_requests": select(
        Appeal.number,
        PaidRequest.name.label("service"),
        PaidRequest.unit,
        PaidRequest.wanted_on,
        PaidRequest.list_price,
        PaidRequest.offered,
        PaidRequest.price,
    )
    .join(
        Appeal,
        (Appeal.account_id == PaidRequest.account_id) & (Appeal.id == PaidRequest.appeal_id),
    )
    .where(scope.match_viewer(PaidRequest.account_id), Appeal.login_id == _login)
    .order_by(Appeal.number),
    "appeal_lines": select(
        Appeal.number,
        AppealEntry.happened_at,
        AppealEntry.side,
        AppealEntry.author,
        AppealEntry.kind,
        AppealEntry.body,
    )
    .join(Appeal, _OF_THREAD)
    .where(scope.match_viewer(AppealEntry.account_id), Appeal.login_id == _login)
    .order_by(Appeal.number, AppealEntry.id),
    "appeal_files": select(Appeal.number, AppealFile.name, AppealFile.size)
    .join(
        Appeal,
        (Appeal.account_id == AppealFile.account_id) & (Appeal.id == AppealFile.appeal_id),
    )
    .where(scope.match_viewer(AppealFile.account_id), Appeal.login_id == _login)
    .order_by(Appeal.number, AppealFile.id),
}
