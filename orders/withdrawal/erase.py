"""Erase who withdrew from an order that nobody could find, when it is too late to complain (times.order_link_days).

What belongs to an order is kept with the order's papers.
"""

from datetime import timedelta

from sqlalchemy import update

from orders.withdrawal.models import Withdrawal
from shop.days import utc_now
from shop.db import db, transaction
from shop.jobs.queue import every
from shop.mail.models import Letter
from shop.settings.read import value

SIX_HOURS = 6 * 3600


@every(SIX_HOURS)
def erase_strangers() -> None:
    """Erase name, address and words of ended withdrawals without an order, and the letters about them."""
    before = utc_now() - timedelta(days=int(value("times.order_link_days")))
    with transaction():
        gone = db.session.scalars(
            update(Withdrawal)
            .where(Withdrawal.order_id.is_(None), Withdrawal.ended_at < before, Withdrawal.email != "")
            .values(name="", email="", typed_number="", said="", answer="")
            .returning(Withdrawal.id)
        ).all()
        db.session.execute(
            update(Letter)
            .where(Letter.about == "withdrawal", Letter.about_id.in_(gone))
            .values(to_address="", subject="", text="", html="")
        )
