"""The states of a line of the bank account, and the only writer of them."""

from datetime import datetime

from orders.bank.models import ASIDE, BOOKED, OPEN, OUT, PART, BankLineState
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By
from shop.states import Machine, NotAllowed

BANK_LINE = Machine(
    "bank line",
    OPEN,
    {
        OPEN: {"book": BOOKED, "book_part": PART, "put_aside": ASIDE, "leave_out": OUT},
        PART: {"book": BOOKED, "book_part": PART, "undo": OPEN, "undo_part": PART, "put_aside": ASIDE},
        BOOKED: {"undo": OPEN, "undo_part": PART},
        ASIDE: {"take_back": OPEN, "take_back_part": PART, "undo": OPEN, "undo_part": PART},
        OUT: {},
    },
)
NAMES = {
    OPEN: _("venter"),
    PART: _("delt, noget er tilbage"),
    BOOKED: _("bogført"),
    ASIDE: _("ikke vores"),
    OUT: _("penge ud"),
}
TONES = {OPEN: "wait", PART: "wait", BOOKED: "done", ASIDE: "go", OUT: "go"}


def move_line(state: BankLineState, verb: str, *, by: By, now: datetime, why: str = "") -> None:
    """Move a line on; Refused with a sentence when somebody has been there before."""
    try:
        state.state = BANK_LINE.next(state.state, verb)
    except NotAllowed:
        raise Refused(_("Linjen er allerede %(state)s. Se siden igen.", state=NAMES[state.state])) from None
    state.why, state.by_name, state.at = why[:500], by.by_name[:200], now
