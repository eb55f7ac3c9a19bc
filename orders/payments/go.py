"""The way of a buyer to the bank's page, whichever bank it is. Opens its own transactions."""

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from orders.lock import lock_order
from orders.models import Order
from orders.payments.gateway import BankSilent
from orders.payments.later import is_far
from orders.payments.models import PAY, SAVE, SAVED, PayWay
from orders.payments.pay import Opening, ask_bank, open_payment, start_payment
from orders.states import PLACED
from shop.days import local_day
from shop.db import db, transaction
from shop.errors import Refused

log = logging.getLogger("shop.payments")


def way_to_pay(order_id: int, path_of: Callable[[Order], str], *, absolute: Callable[[str], str], now: datetime) -> str:
    """Where the buyer of an order goes to pay it: the bank's page; the order's own when there is nothing to be paid.

    The bank is asked first: it may have the money already. A bank that is silent leads back to the order's page, which
    says so.
    """
    ask_bank(order_id, now=now)
    with transaction():
        order = lock_order(order_id)
        path = path_of(order)
        if order.state != PLACED and is_far(order.pack_on, local_day(now)):
            return path  # what is reserved now would have run out by then
        try:
            opening = start_payment(order, back_url=path, now=now, purpose=_purpose(order))
        except Refused:
            return path
    return to_bank(opening, path, absolute=absolute, now=now)


def _purpose(order: Order) -> str:
    """An order that was placed with a card to be saved is still waiting for that card."""
    if order.state != PLACED:
        return PAY
    way = db.session.scalar(select(PayWay.way).where(PayWay.order_id == order.id))
    return SAVE if way == SAVED else PAY


def to_bank(opening: Opening, path: str, *, absolute: Callable[[str], str], now: datetime) -> str:
    """The address of the bank's page; the order's own path while the bank cannot open one."""
    if opening.url:
        return opening.url
    try:
        return open_payment(opening.payment_id, back_url=absolute(path), now=now)
    except BankSilent as error:
        log.warning("payment %s could not be opened: %s", opening.payment_id, error)
        return path
