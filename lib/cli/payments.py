"""`kabinet payment …`: list online payments and refund them."""

from typing import Annotated
from uuid import UUID

import typer

from lib import clock, startup
from lib.cli import console
from lib.domain import formats, typed
from lib.domain.payments.online import State
from lib.services.payments import commands

payments = typer.Typer(help="Онлайн-платежи: показать, вернуть деньги.", no_args_is_help=True)
_AMOUNT = "сколько всего должно быть возвращено, вместе с возвращённым раньше; без этого всё"


@payments.command("list")
def list_(
    state: Annotated[State | None, typer.Option(help="только в этом состоянии")] = None,
) -> None:
    """Показать последние онлайн-платежи: номер, когда, счёт, сумма, состояние, что сказал банк."""
    with console.run_command():
        startup.connect()
        found = commands.list_payments(state=state)
    for payment in found:
        when = formats.format_moment(clock.local(payment.created_at))
        back = f", возвращено {formats.format_money(payment.refunded)}" if payment.refunded else ""
        bank_state = f", банк назвал {payment.said}" if payment.said else ""
        _print(
            f"{payment.payment_id}  {when}  Л/С {payment.account}  "
            f"{formats.format_money(payment.amount)} ₽  "
            f"{payment.state.value}{back}{bank_state}  {payment.bank_id or formats.NO_DATA}"
        )
    if not found:
        _print("Таких платежей нет.")


@payments.command()
def refund(
    payment: Annotated[UUID, typer.Argument(help="номер платежа", metavar="НОМЕР")],
    amount: Annotated[str, typer.Option(help=_AMOUNT)] = "",
) -> None:
    """Вернуть деньги плательщику через банк; повторный запуск не вернёт их дважды."""
    with console.run_command():
        startup.connect()
        total = typed.parse_money(amount) if amount else None
        refunded = commands.refund_payment(payment_id=payment, total=total)
    if not refunded.given:
        _print("Столько по этому платежу уже возвращено раньше: ещё раз деньги не отправлены.")
        return
    _print(f"Деньги возвращены: {formats.format_money(refunded.given)} ₽.")
    if refunded.is_known_to_billing:
        _print(
            "Платёж уже выгружен в биллинг, а возвраты не выгружаются: сообщите о возврате туда, "
            "иначе он останется учтённым целиком."
        )


def _print(sentence: str) -> None:
    console.out.print(sentence, markup=False, soft_wrap=True)
