"""Erase tracking numbers with the recipients they lead to, and who was packing what has long been packed."""

from sqlalchemy import delete, select

from orders.models import Order
from orders.packing.models import PackingWork, Tracking
from orders.states import CONFIRMED
from shop.db import db, transaction
from shop.jobs.queue import every

SIX_HOURS = 6 * 3600


@every(SIX_HOURS)
def erase_packing() -> None:
    """A number leads to an address at the carrier's: it goes when the recipient is forgotten (GDPR art. 5)."""
    with transaction():
        forgotten = select(Order.id).where(Order.recipient["name"].as_string().is_(None))
        db.session.execute(delete(Tracking).where(Tracking.order_id.in_(forgotten)))
        open_orders = select(Order.id).where(Order.state == CONFIRMED)
        db.session.execute(delete(PackingWork).where(PackingWork.order_id.not_in(open_orders)))
