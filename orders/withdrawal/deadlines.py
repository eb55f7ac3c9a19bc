"""The days of the law: how long a buyer may withdraw, and when the money must be back. All in Europe/Copenhagen.

Nobody tells the shop when a parcel is handed over, so it is taken to be as late as it can have been: the day it was
wished for, or the carrier's days after it was sent, whichever is later.
"""

from datetime import date, datetime, timedelta

from orders.delivery.plan import shop_calendar, transit
from orders.models import Order
from orders.withdrawal.models import Withdrawal
from shop.days import add_working_days, local_day, next_delivery_day
from shop.settings.read import value

RETURN_DAYS = 14  # forbrugeraftaleloven § 24: the goods are sent back
REFUND_DAYS = 14  # forbrugeraftaleloven § 22: the money is paid back


def delivered_on(order: Order) -> date | None:
    """The day an order is taken to have been delivered; none before it is sent."""
    if order.sent_at is None:
        return None
    calendar = shop_calendar()
    arrives = add_working_days(local_day(order.sent_at), transit(order.delivery, calendar), calendar.closed)
    return max(order.wanted_on, arrives)


def last_day(order: Order) -> date | None:
    """The last day an order can be withdrawn from in time; none before it is sent.

    The days of the right as they were promised when it was ordered (§ 19). A last day on which nobody works is
    moved to the next one that is a working day (§ 19 too).
    """
    delivered = delivered_on(order)
    if delivered is None:
        return None
    days = int(value("times.withdrawal_days", on=local_day(order.placed_at)))
    return next_delivery_day(delivered + timedelta(days=days))


def is_in_time(order: Order, received_at: datetime) -> bool:
    """Whether a statement sent at a moment is in time; before anything is sent it always is."""
    last = last_day(order)
    return last is None or local_day(received_at) <= last


def return_by(withdrawal: Withdrawal) -> date:
    """The last day the buyer may send the goods back."""
    return local_day(withdrawal.received_at) + timedelta(days=RETURN_DAYS)


def refund_by(withdrawal: Withdrawal) -> date:
    """The last day the money may be paid back, if the goods, or proof that they are sent, have come by then."""
    return local_day(withdrawal.received_at) + timedelta(days=REFUND_DAYS)
