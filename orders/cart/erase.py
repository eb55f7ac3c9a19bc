"""Erase carts that nobody has touched for so long: what was typed in them is somebody's name and address."""

from datetime import timedelta

from sqlalchemy import delete, select

from orders.cart.models import Cart, CartLine
from shop.days import utc_now
from shop.db import db, transaction
from shop.jobs.queue import every
from shop.settings.read import value

AT_ONCE = 500


@every(3600)
def erase_old_carts() -> None:
    """Erase carts untouched for the set number of days, some at a time, so that no lock is held long."""
    before = utc_now() - timedelta(days=int(value("times.cart_days")))
    while True:
        with transaction():
            old = db.session.scalars(
                select(Cart.id).where(Cart.touched_at < before).order_by(Cart.id).limit(AT_ONCE)
            ).all()
            if old:
                db.session.execute(delete(CartLine).where(CartLine.cart_id.in_(old)))
                db.session.execute(delete(Cart).where(Cart.id.in_(old)))
        if len(old) < AT_ONCE:
            return
