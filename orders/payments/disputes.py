"""A buyer's objection to a charge at their own bank: the gateway takes the money back until it has been decided."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from orders.books.rules import post_fee, post_receipt, post_repaid
from orders.payments.gateway import OPEN, WON, Objection, bank_named
from orders.payments.models import Dispute, Payment
from orders.payments.pay import answer_of, find_payment, lock_payment
from shop.db import db, insert_new
from shop.journal.record import BANK, record


def settle_dispute(gateway: str, foreign_id: str, *, now: datetime) -> None:
    """Ask the bank how a dispute is, and book what it has taken or given back. About no payment of ours: nothing."""
    bank = bank_named(gateway)
    with answer_of(bank, lambda: bank.look_up_dispute(foreign_id)) as told:
        _follow(gateway, told, now)


def _follow(gateway: str, told: Objection, now: datetime) -> None:
    payment_id = find_payment(gateway, told.intent_id) if told.intent_id else None
    if payment_id is None:
        return
    payment = lock_payment(payment_id)
    row = insert_new(
        Dispute, gateway=gateway, foreign_id=told.foreign_id, payment_id=payment_id, state=OPEN, reason=told.reason,
        ore=0, fee_ore=0, opened_at=now,
    )  # fmt: skip
    if row is not None:
        record("disputed", "order", payment.order_id, by=BANK, now=now, ore=told.ore)
    else:
        row = db.session.scalars(
            select(Dispute)
            .where(Dispute.gateway == gateway, Dispute.foreign_id == told.foreign_id)
            .execution_options(populate_existing=True)
        ).one()
    row.answer_by = told.answer_by
    _book(row, payment, told, now)
    if told.state != OPEN and row.state == OPEN:
        row.state, row.ended_at = told.state, now
        if told.state == WON:
            post_receipt(payment.order_id, f"dispute_won:{row.foreign_id}", row.ore, now=now)
        record(f"dispute_{told.state}", "order", payment.order_id, by=BANK, now=now, ore=row.ore)


def _book(row: Dispute, payment: Payment, told: Objection, now: datetime) -> None:
    """What the bank has taken since it was last asked: of an enquiry first nothing, then the whole."""
    cause = f"dispute:{row.foreign_id}:{told.ore}:{told.fee_ore}"
    if told.ore > row.ore:
        post_repaid(payment.order_id, cause, told.ore - row.ore, now=now)
        row.ore = told.ore
    if told.fee_ore > row.fee_ore:
        post_fee(payment.order_id, cause, told.fee_ore - row.fee_ore, now=now)
        row.fee_ore = told.fee_ore


def open_disputes() -> Sequence[Dispute]:
    """Those a person has to answer at the bank, the most urgent first."""
    return db.session.scalars(
        select(Dispute)
        .where(Dispute.state == OPEN)
        .options(joinedload(Dispute.payment).joinedload(Payment.order))
        .order_by(Dispute.answer_by, Dispute.id)
        .limit(50)
    ).all()
