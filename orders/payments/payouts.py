"""What the gateway sends to the shop's bank account, and which orders each payout is made of."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from orders.books.rules import post_fee, post_payout
from orders.payments.gateway import PaidOut, bank_in_use
from orders.payments.models import GatewayMovement, GatewayPayout, Payment
from orders.payments.pay import find_payment
from shop.days import utc_now
from shop.db import db, insert_new, transaction
from shop.jobs.queue import every

FIRST, AGAIN = timedelta(days=60), timedelta(days=10)


@every(6 * 3600)
def note_payouts() -> None:
    """Ask the bank what it has paid out since the last one that is known."""
    bank, now = bank_in_use(), utc_now()
    if bank is None or bank.is_inside:
        return
    last = db.session.scalar(select(func.max(GatewayPayout.noted_at)).where(GatewayPayout.gateway == bank.name))
    db.session.rollback()
    for one in bank.paid_out(since=last - AGAIN if last else now - FIRST):
        with transaction():
            note_payout(bank.name, one, now=now)


def note_payout(gateway: str, told: PaidOut, *, now: datetime) -> GatewayPayout | None:
    """Keep a payout with its lines, and book it; None when it is known.

    A line that is of no payment of ours (the gateway's own monthly fee) is a fee.
    """
    row = insert_new(
        GatewayPayout,
        gateway=gateway,
        foreign_id=told.foreign_id,
        ore=told.ore,
        arrives_on=told.arrives_on,
        noted_at=now,
    )
    if row is None:
        return None
    for one in told.movements:
        payment_id = find_payment(gateway, one.intent_id) if one.intent_id else None
        db.session.add(
            GatewayMovement(
                payout_id=row.id, foreign_id=one.foreign_id, kind=one.kind[:40], payment_id=payment_id,
                gross_ore=one.gross_ore, fee_ore=one.fee_ore, net_ore=one.net_ore,
            )
        )  # fmt: skip
        if payment_id is None:
            post_fee(None, f"payout:{one.foreign_id}", -one.net_ore, now=now)
    db.session.flush()
    post_payout(row.id, told.ore, now=now)
    return row


def payouts(*, most: int = 50) -> Sequence[GatewayPayout]:
    """The newest payouts with their lines and the orders they are of."""
    return db.session.scalars(
        select(GatewayPayout)
        .options(
            selectinload(GatewayPayout.movements).options(joinedload(GatewayMovement.payment).joinedload(Payment.order))
        )
        .order_by(GatewayPayout.arrives_on.desc(), GatewayPayout.id.desc())
        .limit(most)
    ).all()
