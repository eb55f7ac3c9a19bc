"""What the house asks of a bank, whoever it is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shop.i18n import lazy_gettext as _
from shop.states import Machine

STARTED, AUTHORISED, CAPTURED = "started", "authorised", "captured"
DECLINED, ENDED = "declined", "ended"

PAYMENT = Machine(
    "payment",
    STARTED,
    {
        STARTED: {"authorise": AUTHORISED, "decline": DECLINED, "end": ENDED},
        AUTHORISED: {"capture": CAPTURED, "end": ENDED},
        CAPTURED: {},
        DECLINED: {},
        ENDED: {},
    },
)
NAMES = {
    STARTED: _("begyndt"),
    AUTHORISED: _("reserveret"),
    CAPTURED: _("betalt"),
    DECLINED: _("afvist"),
    ENDED: _("afbrudt"),
}


@dataclass(frozen=True, slots=True)
class Started:
    """A payment the bank has opened: its own name for it, and where the buyer goes now."""

    foreign_id: str
    url: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the bank says of a payment when asked: its state, and the øre authorised, captured and kept as its fee."""

    state: str
    ore: int
    captured_ore: int
    fee_ore: int = 0


class Gateway(Protocol):
    """Start, look up, capture, end, refund. Every call may be repeated with the same key: it happens once."""

    name: str

    def start(self, *, key: str, ore: int, text: str, back_url: str, now: datetime) -> Started: ...

    def look_up(self, foreign_id: str) -> Found: ...

    def capture(self, foreign_id: str, *, key: str, ore: int) -> Found: ...

    def end(self, foreign_id: str, *, key: str) -> Found: ...

    def refund(self, foreign_id: str, *, key: str, ore: int) -> None: ...
