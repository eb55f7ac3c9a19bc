"""The states of a withdrawal, and the only writer of them."""

from datetime import datetime

from orders.withdrawal.models import Withdrawal
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.states import Machine, NotAllowed

RECEIVED, GOODS_BACK, REFUNDED = "received", "goods_back", "refunded"
CANCELLED, DECLINED, REPEATED = "cancelled", "declined", "repeated"

WITHDRAWAL = Machine(
    "withdrawal",
    RECEIVED,
    {
        RECEIVED: {
            "take_back": GOODS_BACK,
            "refund": REFUNDED,
            "cancel": CANCELLED,
            "decline": DECLINED,
            "repeat": REPEATED,
        },
        GOODS_BACK: {"refund": REFUNDED, "decline": DECLINED},
        REFUNDED: {},
        CANCELLED: {},
        DECLINED: {},
        REPEATED: {},
    },
)
OPEN = (RECEIVED, GOODS_BACK)
COUNTS = (RECEIVED, GOODS_BACK, REFUNDED, CANCELLED)  # said again, it is this one
NAMES = {
    RECEIVED: _("modtaget"),
    GOODS_BACK: _("varerne er kommet"),
    REFUNDED: _("betalt tilbage"),
    CANCELLED: _("annulleret før afsendelse"),
    DECLINED: _("afvist"),
    REPEATED: _("sagt en gang til"),
}


def check_move(withdrawal: Withdrawal, verb: str) -> str:
    """The state a verb leads to; Refused with a sentence when the withdrawal is not there."""
    try:
        return WITHDRAWAL.next(withdrawal.state, verb)
    except NotAllowed:
        raise Refused(
            _("Det kan ikke gøres nu. Fortrydelsen står som «%(state)s».", state=NAMES[withdrawal.state])
        ) from None


def move(withdrawal: Withdrawal, verb: str, *, now: datetime) -> None:
    """Move a withdrawal to its next state and note the moment. Refuses a move the table does not have."""
    withdrawal.state = check_move(withdrawal, verb)
    if withdrawal.state == GOODS_BACK:
        withdrawal.goods_back_at = now
    else:
        withdrawal.ended_at = now
