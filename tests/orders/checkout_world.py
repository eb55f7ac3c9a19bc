"""What a test of the checkout looks at and changes behind its back."""

from sqlalchemy import select

from orders.models import Order
from shop.db import db

GIFT = {
    "is_gift": "1",
    "to_name": "Bent Hansen",
    "to_line1": "Havnevej 3",
    "to_postcode": "8200",
    "to_city": "Aarhus N",
}


def orders() -> list[Order]:
    db.session.rollback()
    return list(db.session.scalars(select(Order).order_by(Order.id)))
