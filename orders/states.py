"""The states of an order, and the only writer of them."""

from datetime import datetime

from orders.models import Order
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.states import Machine, NotAllowed

PLACED, CONFIRMED, PACKED, SENT, CLOSED = "placed", "confirmed", "packed", "sent", "closed"
PART_SENT = "part_sent"  # a parcel has left, and another is to come
CANCELLED, EXPIRED = "cancelled", "expired"

ORDER = Machine(
    "order",
    PLACED,
    {
        PLACED: {"confirm": CONFIRMED, "cancel": CANCELLED, "expire": EXPIRED},
        CONFIRMED: {"pack": PACKED, "cancel": CANCELLED},
        PACKED: {"send": SENT, "send_part": PART_SENT, "cancel": CANCELLED},
        PART_SENT: {"send": SENT, "send_part": PART_SENT},
        SENT: {"close": CLOSED},
        CLOSED: {},
        CANCELLED: {},
        EXPIRED: {},
    },
)
NAMES = {
    PLACED: _("afventer betaling"),
    CONFIRMED: _("bekræftet"),
    PACKED: _("pakket"),
    PART_SENT: _("delvist sendt"),
    SENT: _("sendt"),
    CLOSED: _("afsluttet"),
    CANCELLED: _("annulleret"),
    EXPIRED: _("udløbet"),
}
_MOMENTS = {
    CONFIRMED: "confirmed_at",
    PACKED: "packed_at",
    SENT: "sent_at",
    CLOSED: "closed_at",
    CANCELLED: "ended_at",
    EXPIRED: "ended_at",
}


def check_move(order: Order, verb: str) -> str:
    """The state a verb leads to; Refused with a sentence when the order is not there."""
    try:
        return ORDER.next(order.state, verb)
    except NotAllowed:
        raise Refused(
            _("Det kan ikke gøres nu: ordre %(number)s er %(state)s.", number=order.number, state=NAMES[order.state])
        ) from None


def move(order: Order, verb: str, *, now: datetime) -> None:
    """Move an order to its next state and note the moment. Refuses a move the table does not have."""
    order.state = check_move(order, verb)
    if order.state in _MOMENTS:
        setattr(order, _MOMENTS[order.state], now)
