"""The stand-in when answers get lost, keys come twice, time runs out and banks change their mind."""

import threading
import time
from typing import Any

import pytest
import stripe

from tests.standin import Standin
from tests.standin.asking import ORDER, authorised, captured, client_of, keyed, kinds, refused, session_for

# Idempotency and bad luck


def test_a_key_is_used_once(bank: Standin, client: stripe.StripeClient) -> None:
    intent = captured(bank, client)
    for _ in range(3):
        refund = client.v1.refunds.create({"payment_intent": intent, "amount": 100}, keyed("refund-1"))
    assert refund.last_response is not None
    assert refund.last_response.headers["Idempotent-Replayed"] == "true"
    error = refused(
        lambda: client.v1.refunds.create({"payment_intent": intent, "amount": 200}, keyed("refund-1")),
        stripe.IdempotencyError,
    )
    assert error.http_status == 400
    assert (len(bank.find("refund")), bank.charged(), bank.unkeyed) == (1, 39800, 0)
    client.v1.refunds.create({"payment_intent": intent, "amount": 100})  # the library makes up a key
    assert bank.unkeyed == 1
    assert {request.status for request in bank.requests} == {200, 400}


def test_a_key_in_use_is_said_so(bank: Standin, client: stripe.StripeClient) -> None:
    intent = captured(bank, client)
    bank.trouble("POST /v1/refunds", "slow:0.5")
    ask: Any = {"payment_intent": intent, "amount": 100}
    first = threading.Thread(target=lambda: client.v1.refunds.create(ask, keyed("refund-1")))
    first.start()
    time.sleep(0.1)
    error = refused(lambda: client.v1.refunds.create(ask, keyed("refund-1")), stripe.APIError)
    first.join()
    assert error.http_status == 409
    assert error.json_body["error"]["code"] == "idempotency_key_in_use"
    assert bank.charged() == 39800


@pytest.mark.parametrize(
    ("how", "acted"), [("cut", True), ("cut_before", False), ("refuse", False), ("slow:0.6", False)]
)
def test_a_lost_answer_is_asked_for_again(bank: Standin, how: str, acted: bool) -> None:
    impatient = client_of(bank, timeout=0.3)
    intent = captured(bank, impatient)
    bank.trouble("/v1/refunds", how)
    ask: Any = {"payment_intent": intent, "amount": 100}
    refused(lambda: impatient.v1.refunds.create(ask, keyed("refund-1")), stripe.APIConnectionError)
    assert bool(bank.find("refund")) == acted
    time.sleep(0.5 if how.startswith("slow") else 0)
    assert client_of(bank).v1.refunds.create(ask, keyed("refund-1")).amount == 100
    assert len(bank.find("refund")) == 1


def test_the_library_tries_again_by_itself(bank: Standin) -> None:
    patient = client_of(bank, retries=3)
    intent = authorised(bank, patient)
    bank.trouble("/v1/payment_intents/*/capture", "500")
    bank.trouble("/v1/payment_intents/*/capture", "cut", times=2)
    assert patient.v1.payment_intents.capture(intent, {}, keyed("capture-1")).amount_received == 39900
    assert [request.status for request in bank.requests if "capture" in request.path] == [500, 0, 0, 200]
    assert bank.charged() == 39900
    bank.trouble("/v1/payouts", "429")
    assert refused(patient.v1.payouts.list, stripe.RateLimitError).http_status == 429


def test_down_and_up_again(bank: Standin, client: stripe.StripeClient) -> None:
    intent = authorised(bank, client)
    bank.down = True
    error = refused(lambda: client.v1.payment_intents.retrieve(intent), stripe.APIConnectionError)
    assert error.should_retry
    bank.down = False
    assert client.v1.payment_intents.retrieve(intent).status == "requires_capture"


# What the world does


def test_time_runs_out(bank: Standin, client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(session_for())
    bank.pay(session, "declined")
    bank.expire(session)
    assert (bank.things[session.id]["status"], bank.things[session.id]["url"]) == ("expired", None)
    intent = authorised(bank, client)
    bank.lapse(intent)
    found: Any = client.v1.payment_intents.retrieve(intent, {"expand": ["latest_charge"]})
    assert (found.status, found.cancellation_reason, found.amount_capturable) == ("canceled", "automatic", 0)
    assert {"checkout.session.expired", "charge.expired", "payment_intent.canceled"} <= set(kinds(bank))
    late = client.v1.checkout.sessions.create(session_for())
    bank.things[late.id]["expires_at"] = int(time.time())
    assert client.v1.checkout.sessions.retrieve(late.id).status == "expired"
    old = authorised(bank, client)
    bank.things[bank.things[old]["latest_charge"]]["created"] -= 7 * 24 * 3600
    assert refused(lambda: client.v1.payment_intents.capture(old)).code == "payment_intent_unexpected_state"


def test_a_capture_may_be_declined(bank: Standin, client: stripe.StripeClient) -> None:
    intent = authorised(bank, client)
    bank.decline_capture(intent)
    error = refused(lambda: client.v1.payment_intents.capture(intent, {}, keyed("c")), stripe.CardError)
    assert (error.code, error.error.payment_intent.status) == ("card_declined", "requires_payment_method")
    assert (bank.charged(), kinds(bank)[-1]) == (0, "payment_intent.payment_failed")


@pytest.mark.parametrize("won", [True, False])
def test_a_dispute(bank: Standin, client: stripe.StripeClient, won: bool) -> None:
    intent = captured(bank, client, 10000)
    dispute = bank.dispute(intent, 9000)
    assert refused(lambda: client.v1.refunds.create({"payment_intent": intent})).code == "charge_disputed"
    assert [one.id for one in client.v1.disputes.list({"payment_intent": intent})] == [dispute]
    assert bank.balance == 10000 - 330 - 9000 - 11000
    bank.close_dispute(dispute, won=won)
    found = client.v1.disputes.retrieve(dispute)
    assert (found.status, len(found.balance_transactions)) == (("won", 2) if won else ("lost", 1))
    assert bank.balance == 10000 - 330 - 11000 - (0 if won else 9000)
    assert {"charge.dispute.created", "charge.dispute.closed"} <= set(kinds(bank))


def test_a_refund_may_fail_later(bank: Standin, client: stripe.StripeClient) -> None:
    intent = captured(bank, client)
    refund = client.v1.refunds.create({"payment_intent": intent, "amount": 500}, keyed("r"))
    bank.fail_refund(refund)
    assert client.v1.refunds.retrieve(refund.id).status == "failed"
    assert (bank.charged(ORDER), kinds(bank)[-1]) == (39900, "refund.failed")
    assert client.v1.refunds.create({"payment_intent": intent}).amount == 39900


def test_payouts_say_what_they_pay(bank: Standin, client: stripe.StripeClient) -> None:
    first, second = captured(bank, client, 10000), captured(bank, client, 20000)
    client.v1.refunds.create({"payment_intent": first, "amount": 1000})
    net, payout = bank.balance, bank.pay_out()
    captured(bank, client, 30000)
    listed = client.v1.payouts.list({"status": "paid", "created": {"gte": int(time.time()) - 60}})
    assert [(one.id, one.amount, one.reconciliation_status) for one in listed] == [(payout, net, "completed")]
    pages = client.v1.balance_transactions.list({"payout": payout, "limit": 2, "expand": ["data.source"]})
    found: list[Any] = list(pages.auto_paging_iter())
    assert [(one.type, one.net) for one in found] == [
        ("payout", -net), ("refund", -1000), ("charge", 20000 - 480), ("charge", 10000 - 330),
    ]  # fmt: skip
    assert [one.source.payment_intent for one in found[1:]] == [first, second, first]
    assert bank.balance == 30000 - 630


def test_tampered(bank: Standin, client: stripe.StripeClient) -> None:
    intent = authorised(bank, client)
    bank.tamper(intent, amount=100, currency="sek")
    found = client.v1.payment_intents.retrieve(intent)
    assert (found.amount, found.amount_capturable, found.currency) == (100, 100, "sek")
