"""One order's payments as the office and the command line tell them, and what of all payments waits for a person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, or_, select, union
from sqlalchemy.orm import joinedload

from orders.models import Order
from orders.payments.disputes import open_disputes
from orders.payments.gateway import AUTHORISED, CAPTURED, DECLINED, FAILED, LAPSED, STARTED
from orders.payments.models import FROM_CARD, Credit, Dispute, MoneyIn, Payment, PaymentEvent, PayWay, Repayment
from orders.states import CLOSED, CONFIRMED, PACKED, SENT
from shop.db import db

MOST = 20


@dataclass(slots=True)
class Story:
    """Everything about paying one order, newest payment first, the rest oldest first. Amounts in øre."""

    payments: Sequence[Payment] = ()
    repayments: Sequence[Repayment] = ()
    disputes: Sequence[Dispute] = ()
    way: PayWay | None = None
    credit: Credit | None = None


def story_of(order_id: int) -> Story:
    """The payments of an order: two questions, two more when any money has been drawn."""
    payments = db.session.scalars(select(Payment).where(Payment.order_id == order_id).order_by(Payment.id.desc())).all()
    agreed = db.session.execute(
        select(PayWay, Credit).outerjoin(Credit, Credit.order_id == PayWay.order_id).where(PayWay.order_id == order_id)
    ).one_or_none()
    way, credit = (agreed[0], agreed[1]) if agreed else (None, None)
    ids = [payment.id for payment in payments if payment.captured_at is not None]
    if not ids:  # nothing was drawn: nothing can go back
        return Story(payments, way=way, credit=credit)
    return Story(
        payments,
        db.session.scalars(select(Repayment).where(Repayment.payment_id.in_(ids)).order_by(Repayment.id)).all(),
        db.session.scalars(select(Dispute).where(Dispute.payment_id.in_(ids)).order_by(Dispute.id)).all(),
        way,
        credit,
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of the payments waits for a person. `unpaid`: agreed orders whose money is not there though it was asked."""

    disputes: Sequence[Dispute] = ()
    failed: Sequence[Repayment] = ()
    unpaid: Sequence[Order] = field(default_factory=tuple)

    @property
    def any(self) -> bool:
        return bool(self.disputes or self.failed or self.unpaid)


def waiting_payments(today: date) -> Waiting:
    """Objections to be answered, money that could not be given back, and orders that are soon packed and not paid."""
    return Waiting(open_disputes(), _failed(), _unpaid(today))


def _failed() -> Sequence[Repayment]:
    return db.session.scalars(
        select(Repayment)
        .where(Repayment.state == FAILED)
        .options(joinedload(Repayment.payment).joinedload(Payment.order))
        .order_by(Repayment.id.desc())
        .limit(MOST)
    ).all()


def _unpaid(today: date) -> Sequence[Order]:
    """Asked for and not there: a card that was declined or ran out, a link that was mailed and not used."""
    of_order = Payment.order_id == Order.id
    there = or_(Payment.state.in_((AUTHORISED, CAPTURED)), and_(Payment.state == STARTED, Payment.purpose == FROM_CARD))
    asked = union(
        select(Payment.order_id).where(Payment.state.in_((DECLINED, LAPSED))),
        select(PayWay.order_id).where(PayWay.asked_at.is_not(None)),
    )
    return db.session.scalars(
        select(Order)
        .where(
            Order.state.in_((CONFIRMED, PACKED, SENT, CLOSED)),
            Order.id.in_(asked),
            ~exists().where(of_order, there),
            ~exists().where(MoneyIn.order_id == Order.id),
            Order.pack_on > today - timedelta(days=365),
        )
        .order_by(Order.pack_on, Order.id)
        .limit(MOST)
    ).all()


def story_as_json(number: str) -> dict[str, Any] | None:
    """One order's payments with what the gateway has told, as plain data. Amounts in øre, moments in UTC."""
    order = db.session.scalar(select(Order).where(Order.number == number))
    if order is None:
        return None
    story = story_of(order.id)
    return {
        "order": order.number,
        "state": order.state,
        "way": story.way.way if story.way else None,
        "payments": [_payment(one) for one in reversed(story.payments)],
        "repayments": [_row(one, "key", "cause", "ore", "state", "foreign_id", "asked_at") for one in story.repayments],
        "disputes": [
            _row(one, "foreign_id", "state", "reason", "ore", "fee_ore", "opened_at") for one in story.disputes
        ],
    }


def _payment(one: Payment) -> dict[str, Any]:
    names = {name for name in (one.foreign_id, one.intent_id, one.key) if name}
    events = db.session.scalars(
        select(PaymentEvent)
        .where(PaymentEvent.gateway == one.gateway, PaymentEvent.payment_foreign_id.in_(names))
        .order_by(PaymentEvent.id)
    )
    told = [_row(event, "foreign_id", "kind", "received_at", "handled_at") for event in events]
    return {
        **_row(
            one, "key", "gateway", "foreign_id", "intent_id", "purpose", "state", "method", "why", "ore",
            "captured_ore", "refunded_ore", "fee_ore", "started_at", "authorised_at",
            "lapses_at", "captured_at", "ended_at",
        ),
        "events": told,
    }  # fmt: skip


def _row(row: Any, *names: str) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def story_lines(told: dict[str, Any]) -> Iterator[str]:
    """The same as a person reads it: a line for each thing that happened."""
    yield f"{told['order']}\t{told['state']}" + (f"\t{told['way']}" if told["way"] else "")
    for one in told["payments"]:
        yield f"{one['started_at']}\t{one['gateway']}\t{one['purpose']}\t{one['ore']}\t{one['foreign_id'] or '-'}"
        for event in one["events"]:
            yield f"  {event['received_at']}\t{event['kind']}\t{event['foreign_id']}"
        for name in ("authorised_at", "captured_at", "ended_at"):
            if one[name]:
                yield f"  {one[name]}\t{name.removesuffix('_at')}"
        yield f"  {one['state']}\t{one['captured_ore']}\t-{one['refunded_ore']}\tfee {one['fee_ore']}\t{one['why']}"
    for one in told["repayments"]:
        yield f"{one['asked_at']}\trepayment\t{one['ore']}\t{one['state']}\t{one['cause']}"
    for one in told["disputes"]:
        yield f"{one['opened_at']}\tdispute\t{one['ore']}\t{one['state']}\t{one['reason']}"
