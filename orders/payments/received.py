"""Money that a person has seen: a transfer on the account, cash in the hand; and what is paid back the same way."""

from datetime import date, datetime

from orders.models import Order
from orders.payments.models import CASH, TRANSFER, MoneyIn
from orders.payments.pay import end_payments, is_paid
from orders.payments.queries import by_hand
from orders.states import PLACED, move
from shop.days import local_day
from shop.db import insert_new
from shop.errors import Refused
from shop.i18n import language
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record
from shop.mail.post import post_letter
from shop.money import format_kr


def note_received(
    order: Order, *, kind: str, ore: int, received_on: date, key: str, by: By, now: datetime, note: str = ""
) -> MoneyIn | None:
    """Note money received for a locked order; when the whole amount is there, the order is confirmed. None when twice.

    Refuses an amount of nothing and a day to come. Money for an order that is over is noted too: it is there, and has
    to be paid back.
    """
    assert kind in (TRANSFER, CASH), kind
    _check(ore, received_on, now)
    row = _write(order, kind, ore, received_on, key, by, now, note)
    if row is None:
        return None
    record("money_received", "order", order.id, by=by, now=now, ore=ore, kind=kind, on=received_on.isoformat())
    if order.state == PLACED and is_paid(order.id):
        end_payments(order, now=now)
        move(order, "confirm", now=now)
        record("confirmed", "order", order.id, by=by, now=now)
        post_letter(
            "order_confirmation",
            f"order_confirmation:{order.id}",
            to=order.buyer_email,
            language=order.language,
            now=now,
            about="order",
            about_id=order.id,
            order_id=order.id,
        )
    return row


def note_paid_back(
    order: Order, *, kind: str, ore: int, paid_on: date, key: str, by: By, now: datetime, note: str = ""
) -> MoneyIn | None:
    """Note that money has been paid back by hand. Refuses more than was paid too much. None when noted before."""
    assert kind in (TRANSFER, CASH), kind
    _check(ore, paid_on, now)
    over = by_hand(order).over_ore
    if ore > over:
        raise Refused(_("Der er %(over)s at betale tilbage.", over=format_kr(over, language())), field="ore")
    row = _write(order, kind, -ore, paid_on, key, by, now, note)
    if row is not None:
        record("money_paid_back", "order", order.id, by=by, now=now, ore=ore, kind=kind, on=paid_on.isoformat())
    return row


def _check(ore: int, day: date, now: datetime) -> None:
    if ore <= 0:
        raise Refused(_("Skriv et beløb over 0 kr."), field="ore")
    if day > local_day(now):
        raise Refused(_("Den dag er ikke kommet endnu. Skriv dagen, pengene kom."), field="received_on")


def _write(
    order: Order, kind: str, ore: int, day: date, key: str, by: By, now: datetime, note: str
) -> MoneyIn | None:
    return insert_new(
        MoneyIn,
        key=key,
        order_id=order.id,
        kind=kind,
        ore=ore,
        received_on=day,
        note=note[:200],
        by_name=by.by_name[:200],
        at=now,
    )
