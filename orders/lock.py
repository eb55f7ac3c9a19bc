"""The lock under which everything that concerns one order is decided."""

from orders.models import Order
from shop.db import lock_row


def lock_order(order_id: int) -> Order:
    """The order as it is now, locked until the transaction ends. Whoever locks more than the order locks it first."""
    return lock_row(Order, order_id)
