"""A thousand of Stripe's messages in any order, many of them twice, heard and handled by four threads each.

What comes of it (orders, payments, money going back, objections, the books) is what comes of the same history told in
order. SQLite hears 300 of them: it writes one at a time.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from orders.books.models import Account, Posting
from orders.lock import lock_order
from orders.models import Order
from orders.moves import cancel
from orders.payments.models import Dispute, GatewayPayout, Payment, PaymentEvent, Repayment
from orders.payments.pay import ask_bank
from orders.refunds.give import refund_goodwill
from orders.refunds.plan import Bearer, Cause
from shop.days import utc_now
from shop.db import db, transaction
from shop.jobs.models import Intention
from shop.jobs.outbox import carry_out
from shop.journal.record import BUYER
from tests.tools.stripe_shop import JOBS, StripeShop
from tests.tools.world import fulfil, place_order

THREADS, DUPLICATES = 4, 0.3
LATER = timedelta(hours=1)  # whatever has been posted is due by then
MakeShop = Callable[[str], AbstractContextManager[StripeShop]]


# --- What happens at Stripe and in the shop, before the shop hears a word of it ---------------------------------------


def give(order: Order, ore: int, key: str) -> None:
    with transaction():
        refund_goodwill(lock_order(order.id), ore, Cause(key, "prøve", Bearer()), by=BUYER, now=utc_now())


def sent(shop: StripeShop, order: Order, session: str, parts: int = 0) -> str:
    """Paid, seen by the buyer, sent, drawn, and some of it given back; the intent's name."""
    shop.bank.pay(session)
    ask_bank(order.id, now=utc_now())
    fulfil(order)
    shop.work("capture")
    for part in range(parts):
        give(order, 1_000 + part, f"part {order.id}-{part}")
    shop.work("repay")
    return shop.payment(order).intent_id or ""


def left(shop: StripeShop, order: Order, session: str) -> None:
    shop.bank.expire(session)


def still_open(shop: StripeShop, order: Order, session: str) -> None:
    """Declined, and the page is still there."""


def reserved(shop: StripeShop, order: Order, session: str) -> None:
    shop.bank.pay(session)


def lapsed(shop: StripeShop, order: Order, session: str) -> None:
    shop.bank.pay(session)
    ask_bank(order.id, now=utc_now())
    shop.bank.lapse(shop.payment(order).intent_id)


def lapsed_unheard(shop: StripeShop, order: Order, session: str) -> None:
    shop.bank.pay(session)
    shop.bank.lapse(shop.bank.find("payment_intent")[-1]["id"])


def refunded(shop: StripeShop, order: Order, session: str) -> None:
    sent(shop, order, session, parts=4)


def drawn_less(shop: StripeShop, order: Order, session: str) -> None:
    give(order, 500, f"before {order.id}")  # the page that is open asks for too much now
    sent(shop, order, shop.open(order), parts=1)


def refund_failed(shop: StripeShop, order: Order, session: str) -> None:
    sent(shop, order, session, parts=2)
    db.session.rollback()
    row = db.session.scalars(select(Repayment).join(Payment).where(Payment.order_id == order.id)).first()
    assert row is not None
    shop.bank.fail_refund(row.foreign_id)


def disputed(shop: StripeShop, order: Order, session: str) -> None:
    shop.bank.dispute(sent(shop, order, session))


def dispute_won(shop: StripeShop, order: Order, session: str) -> None:
    shop.bank.close_dispute(shop.bank.dispute(sent(shop, order, session)), won=True)


def dispute_lost(shop: StripeShop, order: Order, session: str) -> None:
    part = sent(shop, order, session, parts=1)
    shop.bank.close_dispute(shop.bank.dispute(part, 5_000), won=False)


def cancelled(shop: StripeShop, order: Order, session: str) -> None:
    shop.bank.pay(session)
    with transaction():
        cancel(lock_order(order.id), by=BUYER, now=utc_now(), why="fortrudt")


def declined_at_capture(shop: StripeShop, order: Order, session: str) -> None:
    """Sent and not paid; then paid anew: what is reserved now is drawn at once, by whoever hears of it."""
    shop.bank.pay(session)
    ask_bank(order.id, now=utc_now())
    shop.bank.decline_capture(shop.payment(order).intent_id)
    fulfil(order)
    shop.work("capture")
    shop.bank.pay(shop.open(order), method="mobilepay")


def paid_twice(shop: StripeShop, order: Order, session: str) -> None:
    with transaction():
        payment = db.session.get_one(Payment, shop.payment(order).id)
        payment.url, payment.started_at = "", utc_now() - timedelta(minutes=20)
    second = shop.open(order)
    shop.bank.pay(session)
    shop.bank.pay(second)


LIVES = (
    refunded, reserved, left, lapsed, disputed, refund_failed, cancelled, declined_at_capture, drawn_less, dispute_won,
    lapsed_unheard, dispute_lost, paid_twice, still_open,
)  # fmt: skip


def live(shop: StripeShop, rounds: int) -> None:
    """Every kind of order so many times."""
    for number in range(rounds * len(LIVES)):
        order = place_order()
        session = shop.open(order)
        for _card in range(1 + number % 3):
            shop.bank.pay(session, "declined")
        LIVES[number % len(LIVES)](shop, order, session)
        if number % 10 == 9:
            shop.bank.pay_out()


def chatter(shop: StripeShop, events: int) -> None:
    """What Stripe tells besides (a receipt was sent), until there are so many events: it changes nothing."""
    charges = shop.bank.find("charge")
    assert len(shop.bank.events) < events
    while len(shop.bank.events) < events:
        shop.bank.emit("charge.updated", charges[len(shop.bank.events) % len(charges)])


# --- What came of it --------------------------------------------------------------------------------------------------


def outcome(shop: StripeShop) -> dict[str, Any]:
    """The final state, without what is another in every shop (names, numbers, moments); orders by when they came."""
    db.session.rollback()
    ids = {order_id: number for number, order_id in enumerate(db.session.scalars(select(Order.id).order_by(Order.id)))}
    order_of = {row.id: ids[row.order_id] for row in db.session.scalars(select(Payment))}
    balances: Counter[tuple[int | None, str]] = Counter()
    kinds = {row.id: row.kind for row in db.session.scalars(select(Account))}
    for row in db.session.scalars(select(Posting)):
        balances[ids.get(row.order_id or 0), kinds[row.debit_id]] += row.ore
        balances[ids.get(row.order_id or 0), kinds[row.credit_id]] -= row.ore
    return {
        "orders": [(ids[row.id], row.state) for row in db.session.scalars(select(Order).order_by(Order.id))],
        "payments": [
            (order_of[row.id], row.state, row.method, row.ore, row.captured_ore, row.refunded_ore, row.fee_ore, row.why)
            for row in db.session.scalars(select(Payment).order_by(Payment.id))
        ],
        "repayments": sorted(
            (order_of[row.payment_id], row.cause, row.ore, row.state) for row in db.session.scalars(select(Repayment))
        ),
        "disputes": sorted(
            (order_of[row.payment_id], row.state, row.ore, row.fee_ore) for row in db.session.scalars(select(Dispute))
        ),
        "payouts": sorted(db.session.scalars(select(GatewayPayout.ore))),
        "books": {at: ore for at, ore in sorted(balances.items(), key=str) if ore},
        "at Stripe": sorted(one["status"] for one in shop.bank.find("payment_intent")),
    }  # fmt: skip


def finish(shop: StripeShop) -> None:
    """The worker catches up; what it has done at the bank is told too, until nobody has anything to say."""
    for _round in range(10):
        shop.try_again()
        if not any(event["pending_webhooks"] for event in shop.bank.events):
            break
        assert set(shop.bank.deliver()) <= {200}
    db.session.rollback()
    open_ones = select(Intention.kind, Intention.error).where(Intention.kind.in_(JOBS), Intention.done_at.is_(None))
    assert db.session.execute(open_ones).all() == []
    kept = db.session.scalar(select(func.count()).select_from(PaymentEvent).where(PaymentEvent.handled_at.is_not(None)))
    assert kept == len(shop.bank.events)
    shop.check()


def work(shop: StripeShop, seed: int, heard_all: threading.Event, broken: list[Exception]) -> None:
    """One of the workers: takes what is open, in an order of its own, until all has been heard and done."""
    dice = random.Random(seed)
    query = select(Intention.id).where(Intention.kind.in_(JOBS), Intention.done_at.is_(None), Intention.attempts == 0)
    with shop.app.app_context():
        while True:
            was_all = heard_all.is_set()
            db.session.rollback()
            ids = list(db.session.scalars(query.order_by(Intention.id).limit(40)))
            if not ids and was_all:
                return
            dice.shuffle(ids)
            try:
                for intention_id in ids:
                    carry_out(intention_id, now=utc_now() + LATER)
            except Exception as error:
                broken.append(error)
                return
            heard_all.wait(0 if ids else 0.01)


def told_in_any_order(shop: StripeShop, seed: int) -> list[int]:
    heard_all, broken = threading.Event(), list[Exception]()
    workers = [threading.Thread(target=work, args=(shop, seed + at, heard_all, broken)) for at in range(THREADS)]
    events = list(shop.bank.events)  # what the workers do at the bank makes more of them: those are told by finish()
    for worker in workers:
        worker.start()
    statuses = shop.bank.deliver("random", duplicates=DUPLICATES, seed=seed, threads=THREADS, events=events)
    heard_all.set()
    for worker in workers:
        worker.join(60)
    assert broken == []
    return statuses


@pytest.mark.parametrize(("kind", "rounds", "events"), [("sqlite", 1, 300), ("postgresql", 2, 1_000)])
def test_any_order_and_many_twice_end_as_in_order(
    make_stripe_shop: MakeShop, kind: str, rounds: int, events: int
) -> None:
    with make_stripe_shop(kind) as shop:
        live(shop, rounds)
        assert set(shop.bank.deliver()) == {200}
        shop.work()
        finish(shop)
        in_order = outcome(shop)
    with make_stripe_shop(kind) as shop:
        live(shop, rounds)
        chatter(shop, events)
        statuses = told_in_any_order(shop, seed=events)
        assert (len(statuses), set(statuses)) == (round(events * (1 + DUPLICATES)), {200})
        finish(shop)
        found = outcome(shop)
    for name, wanted in in_order.items():
        assert found[name] == wanted, name
