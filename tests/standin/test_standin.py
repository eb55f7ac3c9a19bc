"""The stand-in, asked by the real library over real HTTP: what it takes, and what it refuses."""

import time
from typing import Any

import pytest
import stripe

from tests.standin import Impossible, Standin
from tests.standin.account import VERSION, fee_of
from tests.standin.asking import (
    BACK,
    ORDER,
    authorised,
    captured,
    client_of,
    keyed,
    kinds,
    refused,
    saved_card,
    session_for,
)

# A payment


def test_authorised_captured_in_part_and_refunded(bank: Standin, client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(session_for(), keyed("FK-1:1"))
    assert (session.id[:8], session.status, session.payment_intent, session.amount_total) == (
        "cs_test_", "open", None, 39900,
    )  # fmt: skip
    assert session.url == f"{bank.base}/pay/{session.id}"
    assert bank.pay(session) == f"http://shop.test/paid?session={session.id}"

    paths = ["payment_intent.latest_charge.balance_transaction"]
    session = client.v1.checkout.sessions.retrieve(session.id, {"expand": paths})
    intent: Any = session.payment_intent
    assert (session.status, session.payment_status, intent.status) == ("complete", "unpaid", "requires_capture")
    assert (intent.amount_capturable, intent.metadata.to_dict(), intent.latest_charge.captured) == (39900, ORDER, False)
    assert intent.latest_charge.payment_method_details.card.capture_before > time.time() + 6 * 24 * 3600
    assert intent.latest_charge.balance_transaction is None

    done: Any = client.v1.payment_intents.capture(
        intent.id,
        {"amount_to_capture": 30000, "expand": ["latest_charge.balance_transaction"]},
        keyed("FK-1:capture"),
    )
    charge = done.latest_charge
    assert (done.status, done.amount_received, charge.amount_captured) == ("succeeded", 30000, 30000)
    assert charge.amount_refunded == 9900, "what was released looks like a refund"
    assert (charge.balance_transaction.fee, charge.balance_transaction.net) == (630, 29370)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert client.v1.charges.retrieve(charge.id).captured
    assert client.v1.balance_transactions.retrieve(charge.balance_transaction.id).source == charge.id

    refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 8000, "metadata": ORDER}, keyed("r:1"))
    assert (refund.status, client.v1.refunds.retrieve(refund.id).amount) == ("succeeded", 8000)
    assert (bank.charged(ORDER), bank.charged({"order": "other"}), bank.balance) == (22000, 0, 29370 - 8000)
    assert (
        refused(lambda: client.v1.refunds.create({"payment_intent": intent.id, "amount": 22001})).code
        == "amount_too_large"
    )
    client.v1.refunds.create({"payment_intent": intent.id}, keyed("r:2"))
    assert refused(lambda: client.v1.refunds.create({"payment_intent": intent.id})).code == "charge_already_refunded"
    assert bank.charged() == 0
    assert kinds(bank) == [
        "payment_intent.created", "charge.succeeded", "payment_intent.amount_capturable_updated",
        "checkout.session.completed", "refund.created", "charge.refunded", "charge.captured",
        "payment_intent.succeeded", "refund.created", "charge.refunded", "refund.created", "charge.refunded",
    ]  # fmt: skip


@pytest.mark.parametrize(("ore", "fee"), [(250, 184), (10000, 330), (39900, 779), (39901, 779), (40001, 781)])
def test_the_fee_is_rounded_up(ore: int, fee: int) -> None:
    assert fee_of(ore) == fee


def test_mobilepay_is_another_kind_of_charge(bank: Standin, client: stripe.StripeClient) -> None:
    intent = captured(bank, client, method="mobilepay")
    found: Any = client.v1.payment_intents.retrieve(intent, {"expand": ["latest_charge.balance_transaction"]})
    details = found.latest_charge.payment_method_details
    assert (details.type, "capture_before" in details.mobilepay.card) == ("mobilepay", False)
    assert found.latest_charge.balance_transaction.type == "payment"
    assert found.payment_method_types == ["card", "klarna", "mobilepay"]
    only: Any = {"excluded_payment_method_types": ["klarna", "mobilepay"]}
    session = client.v1.checkout.sessions.create(session_for(**only))
    with pytest.raises(Impossible, match="not offered"):
        bank.pay(session, method="mobilepay")


def test_a_declined_card_leaves_the_session_open(bank: Standin, client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(session_for())
    assert bank.pay(session, "declined") == session.url
    found: Any = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (found.status, found.payment_intent.status) == ("open", "requires_payment_method")
    assert found.payment_intent.last_payment_error.code == "card_declined"
    assert (
        refused(lambda: client.v1.payment_intents.cancel(found.payment_intent.id)).code
        == "payment_intent_unexpected_state"
    )
    bank.pay(session)
    assert bank.things[session.id]["payment_intent"] == found.payment_intent.id
    assert "payment_intent.payment_failed" in kinds(bank)


def test_a_saved_card_is_charged_later(bank: Standin, client: stripe.StripeClient) -> None:
    charge = saved_card(bank, client)
    assert client.v1.payment_intents.create(charge, keyed("FK-1:later")).status == "requires_capture"
    nobodys: Any = {"mode": "setup", "currency": "dkk", "success_url": BACK}
    lost, kept = client.v1.checkout.sessions.create(nobodys), nobodys | {"customer_creation": "always"}
    bank.pay(lost)
    assert bank.find("setup_intent", id=lost.setup_intent)[0]["customer"] is None, "a card saved for nobody"
    kept = client.v1.checkout.sessions.create(kept)
    bank.pay(kept)
    assert client.v1.checkout.sessions.retrieve(kept.id).customer
    stranger = client.v1.customers.create().id
    assert refused(lambda: client.v1.payment_intents.create(charge | {"customer": stranger})).param == "payment_method"


@pytest.mark.parametrize(
    ("card", "code"), [("declined_later", "card_declined"), ("needs_customer_later", "authentication_required")]
)
def test_a_saved_card_may_be_refused(bank: Standin, client: stripe.StripeClient, card: str, code: str) -> None:
    charge = saved_card(bank, client, card)
    error = refused(lambda: client.v1.payment_intents.create(charge, keyed("later:1")), stripe.CardError)
    assert (error.http_status, error.code, error.error.payment_intent.status) == (402, code, "requires_payment_method")
    again = refused(lambda: client.v1.payment_intents.create(charge, keyed("later:1")), stripe.CardError)
    assert again.error.payment_intent.id == error.error.payment_intent.id, "the key remembers a refusal"
    other = refused(lambda: client.v1.payment_intents.create(charge, keyed("later:2")), stripe.CardError)
    assert other.error.payment_intent.id != error.error.payment_intent.id
    assert bank.charged() == 0


# What is refused


@pytest.mark.parametrize(
    ("more", "param", "code"),
    [
        ({"payment_method_types": ["card"]}, "payment_method_types", "parameter_unknown"),
        ({"payment_intent_data": {"capture": "manual"}}, "payment_intent_data[capture]", "parameter_unknown"),
        ({"payment_intent_data": {"capture_method": "later"}}, "payment_intent_data[capture_method]", None),
        ({"mode": "payments"}, "mode", None),
        ({"line_items": [{"price_data": {"unit_amount": 1}}]}, "line_items[0][price_data][currency]", None),
        ({"line_items": [{"quantity": "one"}]}, "line_items[0][quantity]", "parameter_invalid_integer"),
        ({"idempotency_key": "FK-1"}, "idempotency_key", "parameter_unknown"),
        ({"api_key": "sk_test_x"}, "api_key", "parameter_unknown"),
        ({"stripe_version": VERSION}, "stripe_version", "parameter_unknown"),
        ({"customer_email": ""}, "customer_email", "parameter_invalid_empty"),
        ({"metadata": {"order": "x" * 501}}, "metadata", None),
        ({"metadata": {"order": {"no": "1"}}}, "metadata[order]", "parameter_invalid_string"),
        ({"expand": ["customer_email"]}, "expand", None),
        ({"success_url": "/paid"}, "success_url", "url_invalid"),
        ({"expires_at": int(time.time()) + 60}, "expires_at", None),
        ({"customer": "cus_1"}, "customer", None),
        ({"currency": "eur"}, "currency", None),
        ({"mode": "setup"}, None, None),
    ],
)  # fmt: skip
def test_a_session_is_refused(client: stripe.StripeClient, more: Any, param: str | None, code: str | None) -> None:
    error = refused(lambda: client.v1.checkout.sessions.create(session_for(**more)))
    assert error.http_status == 400
    assert param in {error.param, None}
    assert code in {error.code, None}


def test_other_refusals_of_parameters(bank: Standin, client: stripe.StripeClient) -> None:
    intents: Any = client.v1.payment_intents
    assert refused(lambda: intents.create({"amount": 300})).param == "currency"
    assert refused(lambda: intents.create({"amount": 249, "currency": "dkk"})).code == "amount_too_small"
    assert (
        refused(lambda: intents.create({"amount": 300, "currency": "dkk", "off_session": True})).param == "off_session"
    )
    assert refused(lambda: client.v1.checkout.sessions.create(session_for(249))).code == "amount_too_small"
    assert refused(lambda: intents.retrieve("pi_none")).http_status == 404
    assert refused(lambda: client.v1.refunds.create({"payment_intent": "pi_none"})).code == "resource_missing"
    assert refused(lambda: client.v1.payouts.list({"limit": 101})).param == "limit"
    assert refused(lambda: client.raw_request("post", "/v1/payment_links")).http_status == 404


def test_who_may_ask(bank: Standin) -> None:
    refused(client_of(bank, api_key="sk_test_other").v1.payouts.list, stripe.AuthenticationError)
    assert "version" in str(refused(client_of(bank, stripe_version="2020-08-27").v1.payouts.list))


def test_states(bank: Standin, client: stripe.StripeClient) -> None:
    intents, unexpected = client.v1.payment_intents, "payment_intent_unexpected_state"
    paid = authorised(bank, client)
    assert refused(lambda: client.v1.refunds.create({"payment_intent": paid})).code == unexpected
    assert refused(lambda: intents.capture(paid, {"amount_to_capture": 39901})).code == "amount_too_large"
    assert refused(lambda: intents.capture(paid, {"amount_to_capture": 0})).param == "amount_to_capture"
    intents.capture(paid)
    assert refused(lambda: intents.capture(paid)).code == unexpected
    assert refused(lambda: intents.cancel(paid)).code == unexpected
    session = bank.session_of[paid]["id"]
    assert "complete" in str(refused(lambda: client.v1.checkout.sessions.expire(session)))
    with pytest.raises(Impossible):
        bank.pay(session)

    held = authorised(bank, client)
    canceled: Any = intents.cancel(held, {"cancellation_reason": "abandoned", "expand": ["latest_charge"]})
    assert (canceled.status, canceled.cancellation_reason, canceled.latest_charge.refunded) == (
        "canceled",
        "abandoned",
        True,
    )
    assert refused(lambda: intents.capture(held)).code == unexpected

    left = client.v1.checkout.sessions.create(session_for())
    assert bank.leave(left) == "http://shop.test/left"
    assert client.v1.checkout.sessions.expire(left.id).status == "expired"
    with pytest.raises(Impossible, match="expired"):
        bank.pay(left)
    assert bank.charged() == 39900
