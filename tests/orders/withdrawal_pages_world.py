"""A buyer who writes that a purchase is regretted."""

from sqlalchemy import func, select

from orders.withdrawal.models import Withdrawal
from shop.db import db
from tests.orders.shopper import Shopper
from tests.orders.withdrawal_world import get

WORDS = {"number": "9999", "scope": "alt", "said": "", "name": "Ane", "email": "ane@example.com"}


def newest() -> Withdrawal:
    db.session.rollback()
    return get(db.session.scalars(select(func.max(Withdrawal.id))).one())


def say(shopper: Shopper, **more: str | None) -> str:
    """Both steps of the open form."""
    shopper.get("/fortryd")
    shopper.send("/fortryd", **{**WORDS, **more})
    return shopper.send("/fortryd") if shopper.status == 200 else shopper.page
