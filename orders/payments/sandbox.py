"""The sandbox bank: plays a bank on a laptop, with a book of its own and events like a real one's."""

import hashlib
from datetime import datetime

from sqlalchemy import bindparam, select

from orders.payments.gateway import AUTHORISED, CAPTURED, DECLINED, ENDED, PAYMENT, STARTED, Found, Started
from orders.payments.models import SandboxPayment
from shop.db import db, insert_once
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.settings.read import value
from shop.tax import FULL_BP

_LOCKED = (
    select(SandboxPayment)
    .where(SandboxPayment.foreign_id == bindparam("foreign"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


class Sandbox:
    """The gateway's side. Its rows live in the shop's database, so a start is part of placing the order."""

    name = "sandbox"

    def start(self, *, key: str, ore: int, text: str, back_url: str, now: datetime) -> Started:
        foreign_id = "sb_" + hashlib.sha256(f"sandbox:{key}".encode()).hexdigest()[:32]
        insert_once(
            SandboxPayment, foreign_id=foreign_id, state=STARTED, ore=ore, back_url=back_url, text=text, made_at=now
        )
        return Started(foreign_id, f"/bank/{foreign_id}")

    def look_up(self, foreign_id: str) -> Found:
        row = lock_sandbox_payment(foreign_id)
        return _found(row)

    def capture(self, foreign_id: str, *, key: str, ore: int) -> Found:
        row = lock_sandbox_payment(foreign_id)
        if row.state != CAPTURED:
            row.state = PAYMENT.next(row.state, "capture")
            row.captured_ore = ore
        return _found(row)

    def end(self, foreign_id: str, *, key: str) -> Found:
        row = lock_sandbox_payment(foreign_id)
        if PAYMENT.can(row.state, "end"):
            row.state = ENDED
        return _found(row)

    def refund(self, foreign_id: str, *, key: str, ore: int) -> None:
        row = lock_sandbox_payment(foreign_id)
        if key in row.refunds:
            return
        if row.state != CAPTURED or row.refunded_ore + ore > row.captured_ore:
            raise Refused(_("Banken kan ikke give mere tilbage, end der er trukket."))
        row.refunded_ore += ore
        row.refunds = {**row.refunds, key: ore}


def _found(row: SandboxPayment) -> Found:
    fee = 0
    if row.state == CAPTURED:
        percent, fixed = int(value("limits.fee_percent_bp")), int(value("limits.fee_fixed_ore"))
        fee = -(-row.captured_ore * percent // FULL_BP) + fixed
    return Found(row.state, row.ore, row.captured_ore, fee)


def lock_sandbox_payment(foreign_id: str) -> SandboxPayment:
    """The bank's own row of a payment, locked: the customer and the shop may both want something of it just now."""
    return db.session.scalars(_LOCKED, {"foreign": foreign_id}).one()


def play(row: SandboxPayment, choice: str) -> None:
    """What the customer does at the bank: `pay` or `decline`. Refused when it is over; paying twice is once."""
    wanted = {"pay": (AUTHORISED, "authorise"), "decline": (DECLINED, "decline")}[choice]
    if row.state == wanted[0]:
        return
    if not PAYMENT.can(row.state, wanted[1]):
        raise Refused(_("Betalingen er allerede afsluttet. Der er ikke trukket penge igen."))
    row.state = PAYMENT.next(row.state, wanted[1])
