"""Buying on an invoice: an organisation asks, the shop says yes by hand or has said so for a sum, and it pays later.

Renteloven § 3 a: a public body pays within 30 days at most.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from orders.models import PRIVATE, PUBLIC, Order
from orders.payments.follow import confirm_and_tell
from orders.payments.models import INVOICE, Credit, PayWay
from orders.payments.pay import end_payments
from orders.payments.standing import open_amounts
from orders.reversals.queries import gross_left
from orders.states import CANCELLED, EXPIRED, PLACED
from orders.tell import tell_buyer
from shop.days import day_ends, next_bank_day
from shop.db import db, lock_row
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import CLOCK, By, record
from shop.people.models import GRANTED, Customer
from shop.settings.read import value

LONGEST = 60
"""Days of credit at most, for a company; a public body has the setting's, which is never more than 30."""


def most_days(buyer_kind: str) -> int:
    """The longest time to pay that may be agreed, in days."""
    return 30 if buyer_kind == PUBLIC else LONGEST


def usual_days(buyer_kind: str) -> int:
    """The time to pay that is proposed, in days (a setting)."""
    name = "times.public_payment_days" if buyer_kind == PUBLIC else "times.company_payment_days"
    return int(value(name))


def ask_for_credit(order: Order, *, now: datetime) -> None:
    """The buyer of an order just placed wants an invoice. Within what its account may owe that is granted at once.

    Else the goods are held until the end of the day they are to be packed, and the office says yes or no. Refuses a
    private buyer.
    """
    if order.buyer_kind == PRIVATE:
        raise Refused(_("Kun virksomheder og offentlige kan købe på faktura."), field="way")
    db.session.add(PayWay(order_id=order.id, way=INVOICE, until=day_ends(order.pack_on)))
    db.session.flush()
    days = _days_granted(order)
    if days:
        give_credit(order, days, by=CLOCK, now=now)
        return
    tell_buyer(order, "order_on_invoice", now=now)


def _days_granted(order: Order) -> int:
    """For how many days its account lets the buyer owe this order; 0 when it does not. The account is locked."""
    if order.customer_id is None:
        return 0
    customer = lock_row(Customer, order.customer_id)  # two colleagues who order at once do not share the same room
    if customer.on_invoice != GRANTED or owed_ore(customer.id) + gross_left(order.id) > customer.credit_ore:
        return 0
    return min(customer.days, most_days(order.buyer_kind))  # an account may buy for a public body too


def give_credit(order: Order, days: int, *, by: By, now: datetime) -> None:
    """Let the buyer of a locked order pay so many days after its invoice: the order is confirmed.

    Refuses an order that did not ask for it or no longer waits, and a time longer than the law or the shop lets.
    """
    if not wants_invoice(order.id) or order.state != PLACED:
        raise Refused(_("Ordre %(number)s venter ikke på at blive godkendt.", number=order.number))
    most = most_days(order.buyer_kind)
    if not 1 <= days <= most:
        raise Refused(_("Skriv et helt tal fra 1 til %(most)s dage.", most=most), field="days")
    ore = gross_left(order.id)
    db.session.add(Credit(order_id=order.id, ore=ore, days=days, by_name=by.by_name[:200], at=now))
    db.session.flush()
    record("credit_given", "order", order.id, by=by, now=now, ore=ore, days=days)
    end_payments(order, now=now)
    confirm_and_tell(order, by=by, now=now)


def wants_invoice(order_id: int) -> bool:
    """Whether the buyer has asked to pay an order on an invoice, whatever became of it."""
    return db.session.scalar(select(PayWay.way).where(PayWay.order_id == order_id)) == INVOICE


def credit_days(order_id: int) -> int:
    """How many days after its invoice an order may be paid; 0: it is not on credit."""
    return int(db.session.scalar(select(Credit.days).where(Credit.order_id == order_id)) or 0)


def due_day(order_id: int, issued_on: date) -> date | None:
    """When an invoice of an order that is on credit is to be paid: a day the banks are open. None: it is not."""
    days = credit_days(order_id)
    return next_bank_day(issued_on + timedelta(days=days)) if days else None


def owed_ore(customer_id: int) -> int:
    """What an account owes on credit now, sent or not, in øre: what is left of its orders less what has come."""
    mine = (
        select(Order.id)
        .join(Credit, Credit.order_id == Order.id)
        .where(Order.customer_id == customer_id, Order.state.not_in((CANCELLED, EXPIRED)))
    )
    return sum(max(0, ore) for ore in open_amounts(db.session.scalars(mine).all()).values())
