"""The sandbox bank: plays a bank on a laptop, with a book of its own and events like a real one's."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from orders.payments.gateway import (
    AUTHORISED,
    CAPTURED,
    DECLINED,
    DONE,
    ENDED,
    LAPSED,
    LOST,
    NEEDS_BUYER,
    OPEN,
    PAYMENT,
    SAVED,
    STARTED,
    WON,
    At,
    Found,
    Objection,
    PaidOut,
    Repaid,
    Wish,
)
from orders.payments.models import SAVE, SandboxPayment
from shop.days import utc_now
from shop.db import db, insert_once
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.settings.read import value
from shop.tax import FULL_BP

DISPUTE_FEE_ORE = 11_500
ANSWER_DAYS = 14
_LOCKED = (
    select(SandboxPayment)
    .where(SandboxPayment.foreign_id == bindparam("foreign"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


class Sandbox:
    """The gateway's side. Its rows live in the shop's database, so a start is part of placing the order."""

    name = "sandbox"
    is_inside = True

    def start(self, wish: Wish) -> Found:
        foreign_id = _name_of(wish.key)
        insert_once(
            SandboxPayment,
            foreign_id=foreign_id,
            state=STARTED,
            purpose=wish.purpose,
            ore=wish.ore,
            back_url=wish.back_url,
            text=wish.text,
            made_at=utc_now(),
        )
        return Found(STARTED, wish.ore, foreign_id=foreign_id, url=f"/bank/{foreign_id}")

    def look_up(self, at: At) -> Found:
        return _found(lock_sandbox_payment(at.foreign_id))

    def charge_saved(self, wish: Wish) -> Found:
        """Reserve on a saved card, as the card's own page has chosen that it goes."""
        self.start(wish)
        row, card = lock_sandbox_payment(_name_of(wish.key)), lock_sandbox_payment(wish.card)
        if row.state == STARTED:
            row.state = PAYMENT.next(STARTED, "decline" if card.trouble or card.state != SAVED else "authorise")
            row.trouble = card.trouble
        return _found(row)

    def capture(self, at: At, *, ore: int) -> Found:
        row = lock_sandbox_payment(at.foreign_id)
        if row.state == AUTHORISED:
            row.state = PAYMENT.next(row.state, "decline" if row.trouble else "capture")
            row.captured_ore = ore if row.state == CAPTURED else 0
        return _found(row)

    def end(self, at: At) -> Found:
        row = lock_sandbox_payment(at.foreign_id)
        if PAYMENT.can(row.state, "end"):
            row.state = ENDED
        return _found(row)

    def refund(self, at: At, *, key: str, ore: int) -> Repaid:
        row = lock_sandbox_payment(at.foreign_id)
        if key not in row.refunds:
            if row.state != CAPTURED or row.refunded_ore + ore > row.captured_ore:
                raise Refused(_("Banken kan ikke give mere tilbage, end der er trukket."))
            row.refunded_ore += ore
            row.refunds = {**row.refunds, key: ore}
        return Repaid(f"sb_{key}", DONE)

    def look_up_refund(self, foreign_id: str) -> Repaid:
        return Repaid(foreign_id, DONE)

    def look_up_dispute(self, foreign_id: str) -> Objection:
        row = lock_sandbox_payment(foreign_id.removeprefix("dp_"))
        fee = DISPUTE_FEE_ORE if row.disputed_ore else 0
        answer_by = row.made_at + timedelta(days=ANSWER_DAYS)
        return Objection(
            foreign_id, row.foreign_id, row.dispute, "product_not_received", row.disputed_ore, fee, answer_by
        )

    def paid_out(self, *, since: datetime) -> list[PaidOut]:
        return []  # what is played here never reaches an account


def _name_of(key: str) -> str:
    return "sb_" + hashlib.sha256(f"sandbox:{key}".encode()).hexdigest()[:32]


def _found(row: SandboxPayment) -> Found:
    fee = None
    if row.state == CAPTURED:
        percent, fixed = int(value("limits.fee_percent_bp")), int(value("limits.fee_fixed_ore"))
        fee = -(-row.captured_ore * percent // FULL_BP) + fixed
    why = {"customer": NEEDS_BUYER, "decline": "card_declined"}.get(row.trouble, "")
    return Found(
        row.state,
        row.ore,
        row.captured_ore,
        fee,
        foreign_id=row.foreign_id,
        intent_id=row.foreign_id,
        method="card",
        card=row.foreign_id if row.purpose == SAVE else "",
        why=why if row.state == DECLINED else "",
    )


def lock_sandbox_payment(foreign_id: str) -> SandboxPayment:
    """The bank's own row of a payment, locked: the customer and the shop may both want something of it just now."""
    return db.session.scalars(_LOCKED, {"foreign": foreign_id}).one()


def play(row: SandboxPayment, choice: str) -> None:
    """What the customer does at the bank: `pay` or `decline`. Refused when it is over; paying twice is once."""
    pays = (SAVED, "save") if row.purpose == SAVE else (AUTHORISED, "authorise")
    wanted = {"pay": pays, "decline": (DECLINED, "decline")}[choice]
    if row.state == wanted[0]:
        return
    if not PAYMENT.can(row.state, wanted[1]):
        raise Refused(_("Betalingen er allerede afsluttet. Der er ikke trukket penge igen."))
    row.state = PAYMENT.next(row.state, wanted[1])


LATER_CHOICES = ("lapse", "trouble", "customer", "dispute", "win", "lose")


def later_choices(row: SandboxPayment) -> tuple[str, ...]:
    """What can still happen to a payment at the bank after its customer has left."""
    if row.state == AUTHORISED:
        return ("lapse",) if row.trouble else ("lapse", "trouble")
    if row.state == SAVED:
        return () if row.trouble else ("trouble", "customer")
    if row.state == CAPTURED:
        return {"": ("dispute",), OPEN: ("win", "lose")}.get(row.dispute, ())
    return ()


def play_later(row: SandboxPayment, choice: str) -> None:
    """What happens at the bank afterwards: the reservation runs out, the next move is refused, the buyer objects."""
    if choice not in later_choices(row):
        raise Refused(_("Det kan ikke ske med betalingen, som den er nu."))
    if choice == "lapse":
        row.state = LAPSED
    elif choice in ("trouble", "customer"):
        row.trouble = "decline" if choice == "trouble" else choice
    elif choice == "dispute":
        row.dispute, row.disputed_ore = OPEN, row.captured_ore - row.refunded_ore
    else:
        row.dispute = WON if choice == "win" else LOST
