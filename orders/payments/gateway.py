"""What the house asks of a bank, whoever it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from shop.i18n import lazy_gettext as _
from shop.states import Machine

STARTED, AUTHORISED, CAPTURED, SAVED = "started", "authorised", "captured", "saved"
DECLINED, ENDED, LAPSED = "declined", "ended", "lapsed"
OVER = (DECLINED, ENDED, LAPSED)

PAYMENT = Machine(
    "payment",
    STARTED,
    {
        STARTED: {"authorise": AUTHORISED, "save": SAVED, "decline": DECLINED, "lapse": LAPSED, "end": ENDED},
        AUTHORISED: {"capture": CAPTURED, "decline": DECLINED, "lapse": LAPSED, "end": ENDED},
        SAVED: {"end": ENDED},
        CAPTURED: {},
        DECLINED: {},
        LAPSED: {},
        ENDED: {},
    },
)
NAMES = {
    STARTED: _("begyndt"),
    AUTHORISED: _("reserveret"),
    SAVED: _("kortet er gemt"),
    CAPTURED: _("betalt"),
    DECLINED: _("afvist"),
    LAPSED: _("reservationen er udløbet"),
    ENDED: _("afbrudt"),
}

# Of money on its way back, and of an objection to a charge.
ASKED, DONE, FAILED = "asked", "done", "failed"
OPEN, WON, LOST = "open", "won", "lost"
CURRENCY = "dkk"
NEEDS_BUYER = "authentication_required"


class BankSilent(Exception):
    """The bank does not answer, or cannot just now. Nothing is known; ask again with the same key."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a payment is opened with: our key for it, the amount in øre, and where the buyer comes back to.

    `customer` and `card` are the gateway's names of what a buyer has saved; `until` the last moment it may be paid.
    `is_private`: whether the buyer is a consumer, who may pay in ways an organisation may not.
    """

    key: str
    ore: int
    text: str
    purpose: str
    back_url: str = ""
    email: str = ""
    language: str = "da"
    customer: str = ""
    card: str = ""
    until: datetime | None = None
    is_private: bool = True


@dataclass(frozen=True, slots=True)
class At:
    """A payment as a gateway has to know it to be asked about it; a copy, so that no transaction is held meanwhile."""

    key: str
    foreign_id: str
    intent_id: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the bank says of a payment when asked: its state, and the øre authorised, captured, kept as its fee.

    `back_ore` is what has gone back to the buyer, objections not counted; `fee_ore` is None while it is not known yet.
    """

    state: str
    ore: int
    captured_ore: int = 0
    fee_ore: int | None = None
    back_ore: int = 0
    currency: str = CURRENCY
    foreign_id: str = ""
    intent_id: str = ""
    url: str = ""
    method: str = ""
    customer: str = ""
    card: str = ""
    why: str = ""
    lapses_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Repaid:
    """Money on its way back: the gateway's name for it, and how it went."""

    foreign_id: str
    state: str


@dataclass(frozen=True, slots=True)
class Objection:
    """A dispute as the bank tells it; `intent_id` is the money it is about, amounts in øre."""

    foreign_id: str
    intent_id: str
    state: str
    reason: str
    ore: int
    fee_ore: int
    answer_by: datetime | None


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of a payout: gross, fee and net in øre; `intent_id` is the money it is about, when it is about any."""

    foreign_id: str
    kind: str
    intent_id: str
    gross_ore: int
    fee_ore: int
    net_ore: int


@dataclass(frozen=True, slots=True)
class PaidOut:
    """What the gateway has sent to the shop's own account."""

    foreign_id: str
    ore: int
    arrives_on: date
    movements: tuple[Movement, ...]


class Gateway(Protocol):
    """Start, look up, charge a saved card, capture, end, refund; disputes and payouts.

    Every call may be repeated with the same key: it happens once. Raises BankSilent when nothing is known. A bank
    outside the house is never asked while a transaction is open: it may take half a minute. One that `is_inside` has
    its book in the shop's own database, and is asked inside the transaction that follows its answer.
    """

    name: str
    is_inside: bool

    def start(self, wish: Wish) -> Found: ...

    def look_up(self, at: At) -> Found: ...

    def charge_saved(self, wish: Wish) -> Found: ...

    def capture(self, at: At, *, ore: int) -> Found: ...

    def end(self, at: At) -> Found: ...

    def refund(self, at: At, *, key: str, ore: int) -> Repaid: ...

    def look_up_refund(self, foreign_id: str) -> Repaid: ...

    def look_up_dispute(self, foreign_id: str) -> Objection: ...

    def paid_out(self, *, since: datetime) -> list[PaidOut]: ...


_banks: dict[str, Gateway] = {}
_in_use: list[Gateway] = []


def use_banks(in_use: Gateway | None, known: Sequence[Gateway]) -> None:
    """Tell the house its banks: the one that takes new payments, and all that answer for what they have taken."""
    _banks.clear()
    _banks.update({bank.name: bank for bank in known})
    _in_use[:] = [in_use] if in_use else []


def bank_in_use() -> Gateway | None:
    """The bank that takes new payments; None where the shop takes none."""
    return _in_use[0] if _in_use else None


def bank_named(name: str) -> Gateway:
    """The bank a payment was begun at. One the shop has no key for any more is silent (BankSilent)."""
    if name not in _banks:
        raise BankSilent(f"{name}: this shop has no key for that bank")
    return _banks[name]
