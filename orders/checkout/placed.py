"""What a cart remembers of the order it has become, for the back button: shown for an hour, in this browser only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orders.cart.models import Cart
from orders.models import Order
from shop.days import utc_now

REMEMBERED = timedelta(hours=1)
_KEY = "placed"


@dataclass(frozen=True, slots=True)
class Placed:
    """The order this cart became a short while ago."""

    number: str
    path: str


def remember_placed(cart: Cart, order: Order, *, now: datetime) -> None:
    """Note in the emptied cart which order it has become."""
    cart.checkout = {_KEY: {"number": order.number, "token": order.token, "at": now.isoformat()}}


def recently_placed(cart: Cart) -> Placed | None:
    """The order of this cart, if it was placed within the hour."""
    noted = cart.checkout.get(_KEY)
    if not noted or utc_now() - datetime.fromisoformat(noted["at"]) > REMEMBERED:
        return None
    return Placed(noted["number"], f"/ordre/{noted['token']}")
