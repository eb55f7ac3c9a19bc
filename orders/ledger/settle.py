"""What a coordinator decides about money between the shop and others. The order is locked by the caller."""

from datetime import datetime

from orders.books.models import EARNED
from orders.books.post import share_balances
from orders.books.rules import post_due
from orders.models import Order
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record


def release_shares(order: Order, *, why: str, by: By, now: datetime) -> int:
    """Make the shares of an order payable though the buyer has not paid all of it; how many øre that was.

    Refuses an order without earned shares, and an empty reason.
    """
    ore = sum(max(0, one) for one in share_balances(order.id, EARNED).values())
    if not ore:
        raise Refused(_("Ordre %(number)s har ingen optjente andele, der venter.", number=order.number))
    if not why.strip():
        raise Refused(_("Skriv, hvorfor andelene frigives."), field="why")
    post_due(order.id, now=now, anyway=True)
    record("released", "order", order.id, by=by, now=now, why=why, ore=ore)
    return ore
