"""Letters to the buyer of an order."""

from datetime import datetime
from typing import Any

from orders.models import Order
from shop.mail.post import post_letter


def tell_buyer(order: Order, letter: str, cause: object = None, *, now: datetime, **values: Any) -> int | None:
    """Post a letter of a kind about an order, once for each cause (the order itself when none is given).

    Answers the letter's id; None when it was posted before, or when there is no address to write to.
    """
    return post_letter(
        letter,
        f"{letter}:{order.id if cause is None else cause}",
        to=order.buyer_email,
        language=order.language,
        now=now,
        about="order",
        about_id=order.id,
        order_id=order.id,
        **values,
    )
