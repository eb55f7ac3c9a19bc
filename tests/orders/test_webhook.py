"""Stripe's messages at the door: whatever is not one is turned away, whatever is one is kept once and does no harm."""

import hashlib
import hmac
import io
import json
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from werkzeug.test import create_environ, run_wsgi_app

from orders.lock import lock_order
from orders.models import Order
from orders.moves import cancel
from orders.payments.gateway import AUTHORISED, CAPTURED, LAPSED
from orders.payments.models import Payment, PaymentEvent
from orders.payments.views.webhook import MOST_BYTES
from orders.states import CANCELLED, CONFIRMED, PLACED
from shop.days import utc_now
from shop.db import db, transaction
from shop.jobs.models import Intention
from shop.jobs.outbox import carry_out
from shop.journal.models import JournalEntry
from shop.journal.record import BUYER
from tests.standin.params import Thing
from tests.together.crowd import together
from tests.tools.client import PageClient
from tests.tools.stripe_shop import StripeShop
from tests.tools.world import fulfil, place_order

DOOR = "/stripe/webhook"
LATER = utc_now() + timedelta(hours=1)  # whatever has been posted is due
NOTHING_OF_OURS: Thing = {
    "id": "evt_1", "object": "event", "type": "payment_intent.succeeded", "livemode": False,
    "data": {"object": {"id": "pi_of_somebody_else", "object": "payment_intent", "metadata": {}}},
}  # fmt: skip


class Unread(io.BytesIO):
    """A body that notes when somebody reads it."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.taken += 1
        return super().read(size)

    readline = readinto = read  # type: ignore[assignment]


def events() -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count()).select_from(PaymentEvent)) or 0)


def count(kind: type[Any], *conditions: Any) -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count()).select_from(kind).where(*conditions)) or 0)


def event(**changes: Any) -> Thing:
    return {**NOTHING_OF_OURS, **changes}


def post(shop: StripeShop, body: bytes, signature: str | None) -> int:
    headers = {} if signature is None else {"Stripe-Signature": signature}
    client = shop.app.test_client()
    return int(client.post(DOOR, data=body, headers={**headers, "Content-Type": "application/json"}).status_code)


def sign(shop: StripeShop, body: bytes) -> str:
    """What Stripe would put on exactly these bytes, if it sent them."""
    moment = int(time.time())
    digest = hmac.new(shop.bank.secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


# --- Who is turned away -----------------------------------------------------------------------------------------------


SIGNATURES = [
    None, "", "t=1", "v1=abc", "t=,v1=", "t=x,v1=y", "t=1,v1=æøå", f"t={'9' * 5000},v1=00", "t=1,v0=00", "=,=", "t",
    "t=" + "9" * 25 + ",v1=" + "0" * 64,
]  # fmt: skip


def test_a_message_without_a_signature_of_stripes_is_refused(stripe_shop: StripeShop) -> None:
    for signature in SIGNATURES:
        assert post(stripe_shop, json.dumps(event()).encode(), signature) == 400, signature
    assert events() == 0


def test_a_forged_message_is_refused(stripe_shop: StripeShop) -> None:
    order = place_order()
    stripe_shop.bank.pay(stripe_shop.open(order))
    told = next(one for one in stripe_shop.bank.events if one["type"] == "checkout.session.completed")
    body, signature = stripe_shop.bank.signed(told)
    assert post(stripe_shop, body + b" ", signature) == 400
    assert post(stripe_shop, *stripe_shop.bank.signed(told, secret="whsec_another")) == 400
    assert events() == 0


def test_a_message_is_as_old_as_the_tolerance_at_most(stripe_shop: StripeShop) -> None:
    kept = 0
    for age, status in ((301, 400), (3600, 400), (290, 200), (0, 200)):
        told = event(id=f"evt_{age}")
        assert post(stripe_shop, *stripe_shop.bank.signed(told, at=time.time() - age)) == status, age
        kept += status == 200
        assert events() == kept


def test_five_megabytes_are_refused_unread(stripe_shop: StripeShop) -> None:
    for how in ({"CONTENT_LENGTH": "5000000"}, {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}):
        body = Unread(b"x" * 5_000_000)
        asked = {**create_environ(DOOR, method="POST"), "CONTENT_TYPE": "application/json", "wsgi.input": body, **how}
        _text, status, _headers = run_wsgi_app(stripe_shop.app, asked)
        assert (status.split()[0], body.taken) == ("413", 0)
    assert post(stripe_shop, b"x" * MOST_BYTES, "t=1,v1=0") == 400
    assert post(stripe_shop, b"x" * (MOST_BYTES + 1), "t=1,v1=0") == 413


BODIES = [
    b"{", b"\xff\xfe{}", b"[]", b"null", b"1", b'"evt"', b"{}", b'{"id": 1, "type": 2}', b"NaN",
    b'{"id":"e","type":"t","data":[]}', b'{"id":"e","type":"t","data":{"object":"x"}}',
    b'{"id":"e","type":"t","data":{"object":{"object":"charge","payment_intent":[1]}},"livemode":true}',
    b'{"id":"e","type":"t","data":{"object":{"object":"payment_intent","metadata":[1]}}}',
    b'{"id":"e\\u0000","type":"t","data":{"object":{"id":"x"}}}',
    b'{"id":"\\ud800","type":"t","data":{"object":{}}}',
    b'{"id":"e","type":"t\\u0000","data":{"object":{}}}',
    b'{"id":"e","type":"t","data":{"object":{"id":"\\u0000"}}}',
    b"[" * 200_000, b'{"a":' * 60_000, b'{"id":' + b"9" * 5000 + b"}",
]  # fmt: skip


def test_what_is_signed_and_no_message_is_refused(stripe_shop: StripeShop) -> None:
    for body in BODIES:
        assert post(stripe_shop, body, sign(stripe_shop, body)) == 400, body[:80]
    assert events() == 0


def test_a_message_of_the_live_shop_is_refused_by_a_test_shop(stripe_shop: StripeShop) -> None:
    assert post(stripe_shop, *stripe_shop.bank.signed(event(livemode=True))) == 400
    assert events() == 0


def test_only_a_post_is_heard(stripe_shop: StripeShop) -> None:
    for method in ("get", "head", "put", "delete"):
        assert getattr(stripe_shop.app.test_client(), method)(DOOR).status_code == 405


def test_a_shop_without_stripe_has_no_such_door(client: PageClient) -> None:
    assert client.post(DOOR, data=b"{}", headers={"Stripe-Signature": "t=1,v1=0"}).status_code == 404


SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "type", "data", "object", "metadata", "payment", "livemode", "payment_intent"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
MESSAGES = st.builds(
    lambda id_, kind, thing: {"id": id_, "type": kind, "data": {"object": thing}}, st.text(max_size=200) | SHAPES,
    st.text(max_size=200) | SHAPES, SHAPES,
)  # fmt: skip


@given(
    st.one_of(st.binary(min_size=1, max_size=400), (SHAPES | MESSAGES).map(lambda shape: json.dumps(shape).encode())),
    st.booleans(),
)
@example(json.dumps({"id": "e", "type": "t", "data": {"object": {"id": "\x00"}}}).encode(), True)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_break_it(stripe_shop: StripeShop, body: bytes, is_signed: bool) -> None:
    signature = sign(stripe_shop, body) if is_signed else body.decode("latin-1").replace("\n", "").replace("\r", "")
    assert post(stripe_shop, body, signature) in (200, 400)


# --- What is kept, and does no harm -----------------------------------------------------------------------------------


def test_a_kind_nobody_knows_is_kept(stripe_shop: StripeShop) -> None:
    told = event(type="entitlements.active_entitlement_summary.updated.and.a.name.longer.than.the.column.is")
    assert post(stripe_shop, *stripe_shop.bank.signed(told)) == 200
    stripe_shop.work()
    handled(1)


def handled(wanted: int) -> None:
    """So many events are kept, and every one of them is done with."""
    assert events() == wanted
    assert count(PaymentEvent, PaymentEvent.handled_at.is_(None)) == 0
    assert count(Intention, Intention.kind == "payment_event", Intention.error != "") == 0


OF_OTHERS: list[tuple[str, Thing]] = [
    ("payment_intent.succeeded", {"id": "pi_x", "object": "payment_intent", "metadata": {"payment": "not-ours"}}),
    ("checkout.session.completed", {"id": "cs_x", "object": "checkout.session", "metadata": None}),
    ("charge.refunded", {"id": "ch_x", "object": "charge", "payment_intent": "pi_x"}),
    ("charge.captured", {"id": "ch_x", "object": "charge", "payment_intent": None}),
    ("refund.failed", {"id": "re_x", "object": "refund"}),
    ("setup_intent.succeeded", {"id": "seti_x", "object": "setup_intent"}),
    ("customer.created", {"id": "cus_x", "object": "customer"}),
]


def test_a_message_about_nothing_of_ours_is_kept_and_done_with(stripe_shop: StripeShop) -> None:
    for number, (kind, thing) in enumerate(OF_OTHERS):
        told = event(id=f"evt_{number}", type=kind, data={"object": thing})
        assert post(stripe_shop, *stripe_shop.bank.signed(told)) == 200, kind
    stripe_shop.work()
    handled(len(OF_OTHERS))


def test_a_message_about_an_objection_to_somebody_elses_payment(stripe_shop: StripeShop) -> None:
    """The account may have another shop's payments too: it is looked up, and is nothing of ours."""
    other = stripe_shop.paid()
    fulfil(other)
    stripe_shop.work()
    stripe_shop.hear_all()
    intent = stripe_shop.payment(other).intent_id
    with transaction():
        payment = db.session.get_one(Payment, stripe_shop.payment(other).id)
        payment.intent_id, payment.key, payment.foreign_id = "pi_forgotten", "forgotten", "cs_forgotten"
    stripe_shop.bank.dispute(intent)
    before = events()
    stripe_shop.hear_all()
    handled(before + 2)
    assert count(JournalEntry, JournalEntry.act == "disputed") == 0


def test_a_message_about_a_cancelled_order_lets_the_money_go(stripe_shop: StripeShop) -> None:
    order = place_order()
    session = stripe_shop.open(order)
    with transaction():
        cancel(lock_order(order.id), by=BUYER, now=utc_now(), why="fortrudt")
    stripe_shop.bank.pay(session)  # before the worker has closed the page
    stripe_shop.hear_all()
    stripe_shop.hear_all()
    handled(events())
    assert stripe_shop.state(order) == CANCELLED
    assert [one["status"] for one in stripe_shop.bank.find("payment_intent")] == ["canceled"]
    assert stripe_shop.bank.charged() == 0
    stripe_shop.check()


def test_the_same_message_twice_is_kept_once(stripe_shop: StripeShop) -> None:
    order = place_order()
    stripe_shop.bank.pay(stripe_shop.open(order))
    told = list(stripe_shop.bank.events)
    for _time in range(3):
        assert set(stripe_shop.bank.deliver(events=told)) == {200}
        stripe_shop.work()
    handled(len(told))
    assert count(Intention, Intention.kind == "payment_event") == len(told)
    assert count(JournalEntry, JournalEntry.act == "confirmed") == 1
    stripe_shop.check()


@pytest.mark.parametrize("order_of", ["reversed", "random"])
def test_messages_out_of_order_end_the_same(stripe_shop: StripeShop, order_of: Any) -> None:
    """The bank is asked, so a message of long ago tells what is true now."""
    order = place_order()
    session = stripe_shop.open(order)
    stripe_shop.bank.pay(session, "declined")
    stripe_shop.bank.pay(session)
    stripe_shop.hear_all(order=order_of, seed=4)
    assert (stripe_shop.state(order), stripe_shop.payment(order).state) == (CONFIRMED, AUTHORISED)
    fulfil(order)
    stripe_shop.work()
    told = list(stripe_shop.bank.events)
    told.reverse()
    assert set(stripe_shop.bank.deliver(events=told)) == {200}
    stripe_shop.work()
    assert stripe_shop.payment(order).state == CAPTURED
    assert count(JournalEntry, JournalEntry.act == "captured") == 1
    stripe_shop.check()


def test_a_reservation_that_ran_out_before_anybody_heard_of_it_is_begun_anew(stripe_shop: StripeShop) -> None:
    """Not led back to the page that was paid once: it is over."""
    order = place_order()
    session = stripe_shop.open(order)
    stripe_shop.bank.pay(session)
    stripe_shop.bank.lapse(stripe_shop.bank.find("payment_intent")[0]["id"])
    stripe_shop.hear_all()
    assert stripe_shop.payment(order).state == LAPSED
    assert stripe_shop.state(order) == PLACED
    stripe_shop.bank.pay(stripe_shop.open(order))
    stripe_shop.hear_all()
    assert stripe_shop.state(order) == CONFIRMED
    stripe_shop.check()


# --- At once ----------------------------------------------------------------------------------------------------------


def test_the_same_message_at_once_in_many_threads_is_kept_once(stripe_shop: StripeShop) -> None:
    order = place_order()
    stripe_shop.bank.pay(stripe_shop.open(order))
    told = next(one for one in stripe_shop.bank.events if one["type"] == "checkout.session.completed")
    body, signature = stripe_shop.bank.signed(told)
    answers = together(stripe_shop.app, [lambda: stripe_shop.hear(body, signature)] * 6)
    assert answers == [200] * 6
    assert (events(), count(Intention, Intention.kind == "payment_event")) == (1, 1)
    stripe_shop.work()
    assert stripe_shop.state(order) == CONFIRMED


def asked_at_once(app: Flask, jobs: list[Callable[[], bool]]) -> int:
    """How many of the workers did it."""
    return sum(done is True for done in together(app, jobs))


@pytest.mark.parametrize("kind", ["payment_event", "capture"])
def test_the_same_intention_at_once_in_two_workers_is_done_once(stripe_shop: StripeShop, kind: str) -> None:
    order = place_order()
    stripe_shop.bank.pay(stripe_shop.open(order))
    told = [one for one in stripe_shop.bank.events if one["type"] == "checkout.session.completed"]
    assert stripe_shop.bank.deliver(events=told) == [200]
    if kind == "capture":
        stripe_shop.work()
        fulfil(order)
    db.session.rollback()
    intention_id = db.session.scalars(select(Intention.id).where(Intention.kind == kind)).one()
    path = "/v1/checkout/sessions/" if kind == "payment_event" else "/v1/payment_intents/"
    stripe_shop.bank.trouble(("GET " if kind == "payment_event" else "POST ") + path, "slow:0.2")
    before = len(stripe_shop.bank.requests)
    assert asked_at_once(stripe_shop.app, [lambda: carry_out(intention_id, now=LATER)] * 2) == 1
    assert len(stripe_shop.bank.requests) == before + 1
    act = "confirmed" if kind == "payment_event" else "captured"
    assert count(JournalEntry, JournalEntry.act == act) == 1
    stripe_shop.check()


def test_two_messages_of_one_payment_at_once_in_two_workers(stripe_shop: StripeShop) -> None:
    """Different intentions, the same payment: both ask the bank, one of them confirms and books."""
    order = place_order()
    stripe_shop.bank.pay(stripe_shop.open(order))
    assert set(stripe_shop.bank.deliver()) == {200}
    db.session.rollback()
    ids = db.session.scalars(select(Intention.id).where(Intention.kind == "payment_event")).all()
    together(stripe_shop.app, [partial(carry_out, one, now=LATER) for one in ids])
    handled(len(ids))
    order = db.session.scalars(select(Order)).one()
    assert count(JournalEntry, JournalEntry.act == "confirmed") == 1
    fulfil(order)
    stripe_shop.work()
    assert set(stripe_shop.bank.deliver()) == {200}
    ids = db.session.scalars(
        select(Intention.id).where(Intention.kind == "payment_event", Intention.attempts == 0)
    ).all()
    together(stripe_shop.app, [partial(carry_out, one, now=LATER) for one in ids])
    assert count(JournalEntry, JournalEntry.act == "captured") == 1
    stripe_shop.check()
