"""Orders that are regretted, and what is looked at afterwards."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select

from orders.buyers import get_whole_order
from orders.lock import lock_order
from orders.models import FREIGHT, Order, OrderLine
from orders.reversals.models import Refund
from orders.withdrawal.choice import available
from orders.withdrawal.models import Withdrawal
from orders.withdrawal.queries import find_withdrawal
from orders.withdrawal.receive import Statement, lock_withdrawal, receive_for_order, receive_words
from shop.days import COPENHAGEN, utc_now
from shop.db import db, transaction
from shop.jobs.models import Intention
from shop.jobs.outbox import carry_out, due_intentions
from shop.journal.record import COMMAND
from shop.mail.models import Letter
from tests.tools.world import fulfil, pay, place_order

GREEN = (("den-groenne-kurv", 2),)


FRESH = (("soendagskurven", 1),)  # with a cake that does not keep


def sent_order(baskets: object = GREEN, **more: object) -> Order:
    order = place_order(baskets, **more)  # type: ignore[arg-type]
    pay(order)
    fulfil(order)
    work()
    return db.session.get_one(Order, order.id)


def work() -> None:
    """What the worker would do now, but for papers and letters about anything else."""
    db.session.rollback()
    soon = utc_now() + timedelta(seconds=5)
    while due := [number for number in due_intentions(soon) if is_wanted(number)]:
        for number in due:
            assert carry_out(number, now=soon)


def is_wanted(number: int) -> bool:
    intention = db.session.get_one(Intention, number)
    if intention.kind == "letter":
        return db.session.get_one(Letter, intention.payload["letter_id"]).kind.startswith("withdrawal")
    return intention.kind != "document"


def statement(key: str = "") -> Statement:
    return Statement(key or secrets.token_hex(16), "Karla Købersen", "karla@example.com", "da")


def withdraw(order: Order, picks: Mapping[int, int] | None = None, *, key: str = "", at: datetime | None = None) -> int:
    """What a buyer does with the order's link; everything when nothing is chosen."""
    with transaction():
        chosen = available(get_whole_order(order.id)) if picks is None else picks
        return receive_for_order(lock_order(order.id), statement(key), chosen, now=at or utc_now()).id


def act(withdrawal_id: int, verb: object, **more: object) -> None:
    """Let the office do something with a withdrawal, locked as its pages lock it."""
    one = get(withdrawal_id)
    with transaction():
        if one.order_id:
            lock_order(one.order_id)
        verb(lock_withdrawal(withdrawal_id), by=COMMAND, now=utc_now(), **more)  # type: ignore[operator]


def get(withdrawal_id: int) -> Withdrawal:
    db.session.rollback()
    one = find_withdrawal(withdrawal_id)
    assert one is not None
    return one


def goods(order: Order) -> list[OrderLine]:
    query = select(OrderLine).where(OrderLine.order_id == order.id, OrderLine.kind != FREIGHT)
    return list(db.session.scalars(query.order_by(OrderLine.position)))


def refund_row(order: Order) -> Refund:
    return db.session.scalars(select(Refund).where(Refund.order_id == order.id)).one()


def letters(kind: str) -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.id)))


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=COPENHAGEN)


def say(order_number: str, email: str = "karla@example.com", *, whole: bool = True, said: str = "") -> int:
    with transaction():
        who = Statement(secrets.token_hex(16), "Karla", email, "da")
        one = receive_words(who, number=order_number, whole=whole, said=said, now=utc_now()).id
    work()
    return one
