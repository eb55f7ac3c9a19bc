"""The letter about an order that the office has taken down: what it is, and how it is paid."""

from typing import Any

from orders.buyers import delivery_of, get_whole_order
from orders.checkout.contents import inside
from orders.payments.queries import find_pay_way, last_day_of
from orders.queries import vat_groups_of
from shop.checkdigits import fik_line
from shop.mail.post import prepares
from shop.settings.read import seller, value
from shop.web.absolute import absolute


@prepares("order_taken")
def order_taken(values: dict[str, Any]) -> dict[str, Any]:
    """What was agreed by word of mouth, in writing; the terms follow with the confirmation once it is paid."""
    order = get_whole_order(values["order_id"])
    pay_way = find_pay_way(order.id)
    assert pay_way is not None
    creditor = str(value("seller.fik_creditor"))
    return {
        "order": order,
        "link": absolute(f"/ordre/{order.token}"),
        "seller": seller(),
        "delivery": delivery_of(order),
        "vat_groups": vat_groups_of(order),
        "inside": inside,
        "way": pay_way.way,
        "until": last_day_of(pay_way.until),
        "fik": fik_line(order.id, creditor) if creditor else "",
    }
