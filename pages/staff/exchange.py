"""Обмен с банками: payments of registers that nothing could post by itself wait for a person."""

import streamlit as st

from lib.access import Permission
from lib.domain import formats
from lib.services.registers import queue as register_queue
from lib.ui import guard, markup, registers

actor = guard.require(Permission.EXCHANGE_MANAGE)
queue = register_queue.list_waiting(actor=actor)

markup.title("Обмен с банками")
if not queue.rows:
    st.info("Все платежи из банковских реестров разнесены.", icon=":material/done_all:")
else:
    waiting = f"Ждут разбора: {queue.count} на {formats.money(queue.amount)} ₽."
    shown = f" Показаны первые {len(queue.rows)}." if queue.count > len(queue.rows) else ""
    markup.show(f'<p class="kb-quiet">{markup.text(waiting + shown)}</p>')
for row in queue.rows:
    registers.show(actor, row)
