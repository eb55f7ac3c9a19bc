"""Erase who got a gift, and what stood on its card, the set days after delivery (GDPR art. 5; times.recipient_days).

The buyer's own name and address, and what was sold to whom for how much, stay as long as the books must.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update

from orders.documents.store import forget_papers
from orders.models import Order, OrderLine
from orders.states import CANCELLED, CLOSED, EXPIRED, SENT
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.jobs.queue import every
from shop.journal.record import CLOCK, record
from shop.mail.models import Letter
from shop.settings.read import value

AT_ONCE = 200
SIX_HOURS = 6 * 3600


@every(SIX_HOURS)
def erase_recipients() -> None:
    """Erase the recipients, the cards and the letters that name them, some orders at a time."""
    kept = timedelta(days=int(value("times.recipient_days")))
    while True:
        with transaction():
            now = utc_now()
            orders = db.session.scalars(
                select(Order).where(_is_due(now - kept)).order_by(Order.id).limit(AT_ONCE).with_for_update()
            ).all()
            _erase(orders)
            if orders:
                record("erased", "recipients", 0, by=CLOCK, now=now, count=len(orders))
        if len(orders) < AT_ONCE:
            return


def _is_due(before: datetime) -> ColumnElement[bool]:
    """Delivered before a moment, or never to be delivered since; and not erased yet."""
    delivered = and_(Order.state.in_((SENT, CLOSED)), Order.wanted_on < local_day(before), Order.sent_at < before)
    over = and_(Order.state.in_((CANCELLED, EXPIRED)), Order.ended_at < before)
    return and_(or_(delivered, over), Order.recipient["name"].as_string().is_not(None))


def _erase(orders: Sequence[Order]) -> None:
    """The letters of a gift name its recipient: their texts go, and that they were sent is still known.

    Its papers name the recipient too; the invoice names only the buyer, and stays.
    """
    ids = [order.id for order in orders]
    forget_papers(ids)
    gifts = [order.id for order in orders if order.is_gift]
    for order in orders:
        order.recipient = {}
    db.session.execute(update(OrderLine).where(OrderLine.order_id.in_(ids)).values(card_text=""))
    db.session.execute(
        update(Letter).where(Letter.about == "order", Letter.about_id.in_(gifts)).values(text="", html="")
    )
