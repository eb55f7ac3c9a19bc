"""Money that a person has seen: a transfer on the account, cash in the hand."""

from datetime import date, datetime

from orders.books.models import BANK
from orders.books.models import CASH as CASH_BOX
from orders.books.rules import post_receipt
from orders.models import Order
from orders.payments.follow import confirm_and_tell
from orders.payments.models import CASH, TRANSFER, MoneyIn
from orders.payments.pay import end_payments, is_paid
from orders.states import PLACED
from shop.days import local_day
from shop.db import insert_new
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record

ACCOUNTS = {TRANSFER: BANK, CASH: CASH_BOX}


def note_received(
    order: Order, *, kind: str, ore: int, received_on: date, key: str, by: By, now: datetime, note: str = ""
) -> MoneyIn | None:
    """Note and book money received for a locked order; once all of it is there it is confirmed. None when noted before.

    Refuses an amount of nothing and a day to come. Money for an order that is over is noted too: it is there, and has
    to be given back.
    """
    if ore <= 0:
        raise Refused(_("Skriv et beløb over 0 kr."), field="ore")
    if received_on > local_day(now):
        raise Refused(_("Den dag er ikke kommet endnu. Skriv dagen, pengene kom."), field="received_on")
    row = insert_new(
        MoneyIn,
        key=key,
        order_id=order.id,
        kind=kind,
        ore=ore,
        received_on=received_on,
        note=note[:200],
        by_name=by.by_name[:200],
        at=now,
    )
    if row is None:
        return None
    post_receipt(order.id, f"by_hand:{row.id}", ore, into=ACCOUNTS[kind], now=now)
    record("money_received", "order", order.id, by=by, now=now, ore=ore, kind=kind, on=received_on.isoformat())
    if order.state == PLACED and is_paid(order.id):
        end_payments(order, now=now)
        confirm_and_tell(order, by=by, now=now)
    return row
