"""Paying with Stripe: the real library, over HTTP, against the stand-in. After each case the books balance."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from orders.lock import lock_order
from orders.models import Order
from orders.moves import cancel, expire_unpaid, pack, send
from orders.payments.gateway import AUTHORISED, CAPTURED, DECLINED, ENDED, LAPSED, STARTED, BankSilent
from orders.payments.inbox import ask_about_open
from orders.payments.models import Dispute, GatewayPayout, Payment, Repayment
from orders.payments.pay import ask_bank, open_payment, start_payment
from orders.payments.payouts import note_payouts
from orders.refunds.give import refund_goodwill
from orders.refunds.plan import Bearer, Cause
from orders.states import CANCELLED, CONFIRMED, EXPIRED, PACKED, PLACED, SENT
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import BUYER
from shop.mail.models import Letter
from tests.orders.shopper import Shopper
from tests.tools.stripe_shop import BACK, StripeShop
from tests.tools.world import fulfil, place_order


def give(order: Order, ore: int, key: str = "k") -> None:
    with transaction():
        refund_goodwill(lock_order(order.id), ore, Cause(key, "prøve", Bearer()), by=BUYER, now=utc_now())


def letters(order: Order, kind: str) -> int:
    return len(db.session.scalars(select(Letter.id).where(Letter.about_id == order.id, Letter.kind == kind)).all())


def test_authorised_at_order_and_captured_when_it_leaves(stripe_shop: StripeShop) -> None:
    order = stripe_shop.paid()
    assert stripe_shop.state(order) == CONFIRMED
    assert stripe_shop.payment(order).state == AUTHORISED
    assert stripe_shop.bank.charged() == 0
    fulfil(order)
    stripe_shop.work()
    payment = stripe_shop.payment(order)
    assert (payment.state, payment.captured_ore) == (CAPTURED, order.gross_ore)
    assert payment.fee_ore == -(-order.gross_ore * 15 // 1000) + 180  # the real one, of the balance transaction
    stripe_shop.hear_all()
    stripe_shop.check()


def test_a_browser_goes_to_stripe_and_comes_back(stripe_shop: StripeShop) -> None:
    buyer = Shopper(stripe_shop.app)
    buyer.put()
    buyer.tell()
    form = {**buyer.form("/kassen/bestil"), "terms": "1"}
    buyer.post("/kassen/bestil", form, follow=False)
    assert buyer.status == 303
    assert buyer.headers["Location"].startswith(stripe_shop.bank.base + "/pay/cs_test_")
    assert stripe_shop.bank.base in buyer.headers["Content-Security-Policy"]
    session = buyer.headers["Location"].rsplit("/", 1)[1]
    order = db.session.scalars(select(Order)).one()
    buyer.post("/kassen/bestil", form, follow=False)  # pressed twice: the same page
    assert buyer.headers["Location"].endswith(session)
    stripe_shop.bank.pay(session, method="mobilepay")
    buyer.get(f"/ordre/{order.token}")  # back before any message: the page asks Stripe itself
    assert "Din ordre er på plads" in buyer.text
    stripe_shop.hear_all()
    assert stripe_shop.payment(order).method == "mobilepay"
    assert stripe_shop.state(order) == CONFIRMED
    stripe_shop.check()


def test_the_tab_is_closed_after_paying_and_no_message_comes(stripe_shop: StripeShop) -> None:
    order = place_order()
    stripe_shop.bank.pay(stripe_shop.open(order))
    with transaction():
        stripe_shop.payment(order)
    with transaction():
        db.session.get_one(Payment, stripe_shop.payment(order).id).started_at = utc_now() - timedelta(minutes=20)
    ask_about_open()
    assert stripe_shop.state(order) == CONFIRMED
    stripe_shop.check()


def test_a_declined_card_is_tried_again_on_stripes_page(stripe_shop: StripeShop) -> None:
    order = place_order()
    session = stripe_shop.open(order)
    stripe_shop.bank.pay(session, "declined")
    stripe_shop.hear_all()
    assert stripe_shop.payment(order).state == STARTED
    assert stripe_shop.state(order) == PLACED
    stripe_shop.bank.pay(session)
    stripe_shop.hear_all()
    assert stripe_shop.state(order) == CONFIRMED
    stripe_shop.check()


def test_paid_twice_in_two_tabs_is_one_payment(stripe_shop: StripeShop) -> None:
    """Both tabs lead to the same page of Stripe's; a second payment that exists all the same is let go."""
    order = place_order()
    first = stripe_shop.open(order)
    assert stripe_shop.open(order) == first
    with transaction():
        other = db.session.get_one(Payment, stripe_shop.payment(order).id)
        other.url = ""
        other.started_at = utc_now() - timedelta(minutes=20)
    second = stripe_shop.open(order)
    assert second != first
    stripe_shop.bank.pay(first)
    stripe_shop.bank.pay(second)
    stripe_shop.hear_all()
    stripe_shop.hear_all()
    fulfil(order)
    stripe_shop.hear_all()
    assert stripe_shop.bank.charged() == order.gross_ore
    held = [one for one in stripe_shop.bank.find("payment_intent") if one["status"] == "requires_capture"]
    assert held == []
    stripe_shop.check()


def test_the_order_is_cancelled_while_the_buyer_pays(stripe_shop: StripeShop) -> None:
    order = place_order()
    session = stripe_shop.open(order)
    stripe_shop.bank.pay(session)
    with transaction():
        cancel(lock_order(order.id), by=BUYER, now=utc_now(), why="fortrudt")
    stripe_shop.hear_all()
    stripe_shop.hear_all()
    assert stripe_shop.state(order) == CANCELLED
    assert stripe_shop.bank.find("payment_intent")[0]["status"] == "canceled"
    stripe_shop.check()


def test_an_unpaid_order_expires_and_stripes_page_is_closed(stripe_shop: StripeShop) -> None:
    order = place_order()
    session = stripe_shop.open(order)
    with transaction():
        db.session.get_one(Order, order.id).placed_at = utc_now() - timedelta(hours=3)
    expire_unpaid()
    stripe_shop.work()
    assert stripe_shop.state(order) == EXPIRED
    assert stripe_shop.bank.find("checkout.session", id=session)[0]["status"] == "expired"
    stripe_shop.hear_all()
    stripe_shop.check()


def test_stripe_is_down_when_an_order_would_expire(stripe_shop: StripeShop) -> None:
    """Nobody knows whether it is paid: it waits."""
    order = place_order()
    stripe_shop.bank.pay(stripe_shop.open(order))
    with transaction():
        db.session.get_one(Order, order.id).placed_at = utc_now() - timedelta(hours=3)
    stripe_shop.bank.down = True
    expire_unpaid()
    assert stripe_shop.state(order) == PLACED
    stripe_shop.bank.down = False
    expire_unpaid()
    assert stripe_shop.state(order) == CONFIRMED
    stripe_shop.check()


def test_stripe_is_down_when_the_buyer_orders(stripe_shop: StripeShop) -> None:
    stripe_shop.bank.down = True
    buyer = Shopper(stripe_shop.app)
    buyer.buy()
    assert buyer.status == 200
    assert "Banken svarer ikke lige nu" in buyer.text
    stripe_shop.bank.down = False
    buyer.post(buyer.path + "/betal", {}, follow=False)
    assert "/pay/cs_test_" in buyer.headers["Location"]
    order = db.session.scalars(select(Order)).one()
    assert len(db.session.scalars(select(Payment).where(Payment.order_id == order.id)).all()) == 1
    stripe_shop.check()


@pytest.mark.parametrize("how", ["429", "500", "cut", "cut_before", "slow:0.3"])
def test_bad_luck_at_capture_charges_once(stripe_shop: StripeShop, how: str) -> None:
    order = stripe_shop.paid()
    fulfil(order)
    stripe_shop.bank.trouble("POST /v1/payment_intents/*/capture", how, times=3)
    stripe_shop.work()
    for _later in range(3):
        stripe_shop.try_again()
    assert stripe_shop.payment(order).captured_ore == order.gross_ore
    assert stripe_shop.bank.charged() == order.gross_ore
    stripe_shop.hear_all()
    stripe_shop.check()


@pytest.mark.parametrize("how", ["500", "cut", "cut_before"])
def test_bad_luck_at_refund_gives_back_once(stripe_shop: StripeShop, how: str) -> None:
    order = stripe_shop.paid()
    fulfil(order)
    stripe_shop.work()
    give(order, 5_000)
    stripe_shop.bank.trouble("POST /v1/refunds", how, times=3)
    stripe_shop.work()
    stripe_shop.try_again()
    stripe_shop.try_again()
    assert stripe_shop.payment(order).refunded_ore == 5_000
    assert stripe_shop.bank.charged() == order.gross_ore - 5_000
    stripe_shop.hear_all()
    stripe_shop.check()


def test_the_connection_is_cut_after_stripe_opened_a_page(stripe_shop: StripeShop) -> None:
    order = place_order()
    stripe_shop.bank.trouble("POST /v1/checkout/sessions", "cut", times=2)
    with transaction():
        opening = start_payment(db.session.get_one(Order, order.id), back_url="/", now=utc_now())
    with pytest.raises(BankSilent):
        open_payment(opening.payment_id, back_url=BACK, now=utc_now())
    open_payment(opening.payment_id, back_url=BACK, now=utc_now())
    assert len(stripe_shop.bank.find("checkout.session")) == 1
    stripe_shop.check()


def test_several_refunds_and_one_before_the_money_is_drawn(stripe_shop: StripeShop) -> None:
    order = stripe_shop.paid()
    give(order, 1_000, "before")
    stripe_shop.work()
    fulfil(order)
    stripe_shop.work()
    assert stripe_shop.payment(order).captured_ore == order.gross_ore - 1_000
    for number in range(3):
        give(order, 700 + number, f"after{number}")
        stripe_shop.work()
    stripe_shop.hear_all()
    assert stripe_shop.bank.charged() == order.gross_ore - 1_000 - 2_103
    stripe_shop.check()


def test_a_refund_before_the_order_is_paid_changes_what_is_paid(stripe_shop: StripeShop) -> None:
    order = place_order()
    old = stripe_shop.open(order)
    give(order, 2_000)
    stripe_shop.work()
    assert stripe_shop.bank.find("checkout.session", id=old)[0]["status"] == "expired"
    new = stripe_shop.open(order)
    assert stripe_shop.bank.find("checkout.session", id=new)[0]["amount_total"] == order.gross_ore - 2_000
    stripe_shop.bank.pay(new)
    stripe_shop.hear_all()
    assert stripe_shop.state(order) == CONFIRMED
    stripe_shop.check()


def test_a_refund_that_fails_days_later_is_booked_back_and_shown(stripe_shop: StripeShop) -> None:
    order = stripe_shop.paid()
    fulfil(order)
    stripe_shop.work()
    give(order, 5_000)
    stripe_shop.work()
    row = db.session.scalars(select(Repayment)).one()
    stripe_shop.bank.fail_refund(row.foreign_id)
    stripe_shop.hear_all()
    db.session.rollback()
    assert db.session.scalars(select(Repayment)).one().state == "failed"
    assert stripe_shop.payment(order).refunded_ore == 0
    assert check_holds()


def check_holds() -> bool:
    from orders.books.check import check_books

    return check_books().holds


def test_the_reservation_runs_out_before_packing(stripe_shop: StripeShop) -> None:
    order = stripe_shop.paid()
    stripe_shop.bank.lapse(stripe_shop.payment(order).intent_id)
    stripe_shop.hear_all()
    assert stripe_shop.payment(order).state == LAPSED
    with pytest.raises(Refused, match="ikke betalt"), transaction():
        pack(lock_order(order.id), by=BUYER, now=utc_now())
    assert letters(order, "pay_link") == 1
    page = Shopper(stripe_shop.app)
    page.get(f"/ordre/{order.token}")
    assert "Mangler kun betalingen" in page.text
    stripe_shop.bank.pay(stripe_shop.open(order))
    stripe_shop.hear_all()
    fulfil(order)
    stripe_shop.hear_all()
    assert stripe_shop.bank.charged() == order.gross_ore
    stripe_shop.check()


def test_the_capture_is_declined_after_it_was_sent(stripe_shop: StripeShop) -> None:
    order = stripe_shop.paid()
    stripe_shop.bank.decline_capture(stripe_shop.payment(order).intent_id)
    fulfil(order)
    stripe_shop.work()
    assert stripe_shop.payment(order).state == DECLINED
    assert stripe_shop.state(order) == SENT
    assert letters(order, "pay_link") == 1
    page = Shopper(stripe_shop.app)
    page.get(f"/ordre/{order.token}")
    assert "er ikke betalt" in page.text
    stripe_shop.bank.pay(stripe_shop.open(order))
    stripe_shop.hear_all()  # sent already: it is drawn at once
    assert stripe_shop.bank.charged() == order.gross_ore
    stripe_shop.check()


@pytest.mark.parametrize("wrong", [{"amount": 100}, {"currency": "sek"}])
def test_a_wrong_amount_or_currency_is_let_go(stripe_shop: StripeShop, wrong: dict[str, int | str]) -> None:
    order = place_order()
    stripe_shop.bank.pay(stripe_shop.open(order))
    intent = stripe_shop.bank.find("payment_intent")[0]["id"]
    stripe_shop.bank.tamper(intent, **wrong)  # type: ignore[arg-type]
    stripe_shop.hear_all()
    assert stripe_shop.state(order) == PLACED
    assert stripe_shop.payment(order).state == ENDED
    assert stripe_shop.bank.find("payment_intent")[0]["status"] == "canceled"
    stripe_shop.check()


def test_an_objection_takes_the_money_back_until_it_is_won(stripe_shop: StripeShop) -> None:
    order = stripe_shop.paid()
    fulfil(order)
    stripe_shop.hear_all()
    dispute = stripe_shop.bank.dispute(stripe_shop.payment(order).intent_id)
    stripe_shop.hear_all()
    row = db.session.scalars(select(Dispute)).one()
    assert (row.state, row.ore) == ("open", order.gross_ore)
    assert row.fee_ore > 0
    assert check_holds()
    page = Shopper(stripe_shop.app)
    page.get(f"/ordre/{order.token}")
    assert "Betal nu" not in page.text
    stripe_shop.bank.close_dispute(dispute, won=True)
    stripe_shop.hear_all()
    db.session.rollback()
    assert db.session.scalars(select(Dispute)).one().state == "won"
    assert check_holds()


def test_a_payout_says_which_orders_it_is_made_of(stripe_shop: StripeShop) -> None:
    orders = [stripe_shop.paid() for _ in range(2)]
    for order in orders:
        fulfil(order)
    stripe_shop.hear_all()
    give(orders[0], 3_000)
    stripe_shop.hear_all()
    total = stripe_shop.bank.balance
    stripe_shop.bank.pay_out()
    stripe_shop.hear_all()
    note_payouts()
    payout = db.session.scalars(select(GatewayPayout)).one()
    assert payout.ore == total == sum(one.net_ore for one in payout.movements)
    assert {one.payment.order_id for one in payout.movements if one.payment} == {order.id for order in orders}
    stripe_shop.check()


def test_an_order_packed_and_cancelled_lets_the_money_go(stripe_shop: StripeShop) -> None:
    order = stripe_shop.paid()
    with transaction():
        pack(lock_order(order.id), by=BUYER, now=utc_now())
    assert stripe_shop.state(order) == PACKED
    with transaction():
        cancel(lock_order(order.id), by=BUYER, now=utc_now(), why="fortrudt")
    stripe_shop.hear_all()
    assert stripe_shop.bank.find("payment_intent")[0]["status"] == "canceled"
    stripe_shop.check()


def test_no_transaction_is_open_while_stripe_is_asked(stripe_shop: StripeShop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bank that takes ten seconds to answer would hold everybody else up."""
    seen: list[int] = []
    pool: Any = db.engine.pool
    respond = stripe_shop.bank.respond

    def watching(*given: object) -> object:
        seen.append(pool.checkedout())
        return respond(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(stripe_shop.bank, "respond", watching)
    order = stripe_shop.paid()
    with transaction():
        send_packed(order)
    stripe_shop.work()
    ask_bank(order.id, now=utc_now())
    assert len(seen) > 3
    assert not any(seen)


def send_packed(order: Order) -> None:
    locked = lock_order(order.id)
    pack(locked, by=BUYER, now=utc_now())
    send(locked, by=BUYER, now=utc_now())
