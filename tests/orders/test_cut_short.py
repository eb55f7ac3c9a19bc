"""A saved card that was charged, and nobody heard the answer: what is reserved is let go when the order is over."""

from sqlalchemy import select

from orders.lock import lock_order
from orders.models import Order
from orders.moves import cancel
from orders.payments.gateway import AUTHORISED
from orders.payments.later import ask_for_money
from orders.payments.models import SAVE, SAVED, PayWay
from orders.states import CANCELLED, CONFIRMED
from shop.days import utc_now
from shop.db import db, transaction
from shop.jobs.models import Intention
from shop.journal.record import BUYER
from tests.tools.stripe_shop import StripeShop
from tests.tools.world import place_order


def with_a_saved_card(shop: StripeShop) -> Order:
    """An order of a later day whose card is saved, and is to be charged now."""
    order = place_order()
    with transaction():
        db.session.add(PayWay(order_id=order.id, way=SAVED, until=utc_now()))
    shop.bank.pay(shop.open(order, purpose=SAVE))
    shop.hear_all()
    assert shop.state(order) == CONFIRMED
    with transaction():
        ask_for_money(order.id, now=utc_now())
    return order


def held(shop: StripeShop) -> int:
    return len(shop.bank.find("payment_intent", status="requires_capture"))


def give_up(order: Order) -> None:
    with transaction():
        cancel(lock_order(order.id), by=BUYER, now=utc_now(), why="fortrudt")


def test_the_answer_is_asked_for_again_though_the_order_is_over(stripe_shop: StripeShop) -> None:
    order = with_a_saved_card(stripe_shop)
    stripe_shop.bank.trouble("POST /v1/payment_intents", "cut", times=2)
    stripe_shop.work()
    assert held(stripe_shop) == 1  # and the shop does not know
    give_up(order)
    stripe_shop.hear_all()
    stripe_shop.try_again()
    stripe_shop.hear_all()
    assert stripe_shop.state(order) == CANCELLED
    assert held(stripe_shop) == 0
    assert len(stripe_shop.bank.find("payment_intent")) == 1
    stripe_shop.check()


def test_a_card_that_was_not_charged_yet_is_not_charged_for_an_order_that_is_over(stripe_shop: StripeShop) -> None:
    order = with_a_saved_card(stripe_shop)
    give_up(order)
    stripe_shop.work()
    stripe_shop.try_again()
    assert stripe_shop.bank.find("payment_intent") == []
    stripe_shop.check()


def test_a_charge_whose_answer_was_lost_is_one_charge(stripe_shop: StripeShop) -> None:
    order = with_a_saved_card(stripe_shop)
    stripe_shop.bank.trouble("POST /v1/payment_intents", "cut", times=2)
    stripe_shop.work()
    stripe_shop.hear_all()  # its messages come before the job is tried again
    stripe_shop.try_again()
    assert stripe_shop.payment(order).state == AUTHORISED
    assert held(stripe_shop) == 1
    db.session.rollback()
    assert db.session.scalars(select(Intention.error).where(Intention.kind == "charge_saved")).all() == [""]
    stripe_shop.check()
