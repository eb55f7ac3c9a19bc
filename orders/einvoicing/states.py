"""The states of an e-invoice on its way, what they are called, and the only writer of them."""

from datetime import datetime
from typing import Any

from orders.einvoicing.models import Dispatch
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.states import Machine, NotAllowed

WAITING, SENT, RECEIVED, REJECTED = "waiting", "sent", "received", "rejected"
DISPATCH = Machine(
    "einvoice",
    WAITING,
    {
        WAITING: {"send": SENT, "reject": REJECTED, "again": WAITING},
        SENT: {"receive": RECEIVED, "reject": REJECTED, "again": WAITING},
        RECEIVED: {"reject": REJECTED},  # a machine took it, and a person sends it back
        REJECTED: {"again": WAITING},
    },
)
NAMES: dict[str, Any] = {
    WAITING: _("skal sendes"), SENT: _("sendt"), RECEIVED: _("modtaget"), REJECTED: _("afvist"),
}  # fmt: skip
TONES = {WAITING: "wait", SENT: "go", RECEIVED: "done", REJECTED: "stop"}
_MOMENTS = {SENT: "sent_at", RECEIVED: "answered_at", REJECTED: "answered_at"}


def move(dispatch: Dispatch, verb: str, *, now: datetime) -> None:
    """Bring it on. Refuses what does not follow from where it is."""
    try:
        dispatch.state = DISPATCH.next(dispatch.state, verb)
    except NotAllowed:
        raise Refused(_("E-fakturaen er allerede %(state)s.", state=NAMES[dispatch.state])) from None
    moment = _MOMENTS.get(dispatch.state)
    if moment:
        setattr(dispatch, moment, now)
