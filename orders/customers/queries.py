"""What the office and the organisations themselves read of accounts."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select

from orders.models import Order
from orders.payments.credit import owed_ore
from orders.payments.models import INVOICE, PayWay
from orders.states import PLACED
from shop.db import db
from shop.listing import Paged, contains, paged
from shop.people.models import ASKED, Customer

ORDERS_WAITING = (
    select(func.count(Order.id))
    .join(PayWay, PayWay.order_id == Order.id)
    .where(Order.state == PLACED, PayWay.way == INVOICE)
    .scalar_subquery()
)
"""How many orders wait for the office to let their buyers pay later."""
ACCOUNTS_ASKING = select(func.count(Customer.id)).where(Customer.on_invoice == ASKED).scalar_subquery()
"""How many accounts wait for the office to let them buy on an invoice."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How much an account may owe, and does, in øre."""

    credit_ore: int
    owed_ore: int

    @property
    def left_ore(self) -> int:
        return max(0, self.credit_ore - self.owed_ore)


def standing_of(customer: Customer) -> Standing:
    """The account's credit and what is used of it."""
    return Standing(customer.credit_ore, owed_ore(customer.id))


def waiting_orders() -> Sequence[Order]:
    """The orders that wait for the office to let their buyers pay later, the first to be packed first."""
    return db.session.scalars(
        select(Order)
        .join(PayWay, PayWay.order_id == Order.id)
        .where(Order.state == PLACED, PayWay.way == INVOICE)
        .order_by(Order.pack_on, Order.id)
        .limit(100)
    ).all()


def accounts(search: str, side: int) -> Paged[Customer]:
    """A page of accounts: those that ask first, then by name."""
    query = select(Customer)
    if search:
        query = query.where(contains(search, Customer.name, Customer.cvr))
    return paged(query.order_by(case((Customer.on_invoice == ASKED, 0), else_=1), func.lower(Customer.name)), side)


def orders_of(customer_id: int, side: int) -> Paged[Order]:
    """A page of an account's orders, the newest first."""
    return paged(select(Order).where(Order.customer_id == customer_id).order_by(Order.id.desc()), side)


def find_order_of(customer_id: int, number: str) -> Order | None:
    """An order of an account, by its number."""
    return db.session.scalar(select(Order).where(Order.customer_id == customer_id, Order.number == number))
