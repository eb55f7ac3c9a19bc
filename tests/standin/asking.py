"""Ask the stand-in as the shop would, through the real library."""

import time
from typing import Any

import pytest
import stripe

from tests.standin import Standin
from tests.standin.account import VERSION

ORDER = {"order": "FK-1"}
BACK = "http://shop.test/paid?session={CHECKOUT_SESSION_ID}"


class Quick(stripe.RequestsClient):
    """The library's own client, which need not wait half a second before it tries again."""

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return 0.02


def client_of(bank: Standin, *, retries: int = 0, timeout: float = 5, **more: Any) -> stripe.StripeClient:
    given = {"api_key": bank.key, "stripe_version": VERSION, **more}
    http = Quick(timeout=timeout)
    return stripe.StripeClient(
        base_addresses={"api": bank.base}, max_network_retries=retries, http_client=http, **given
    )


def session_for(ore: int = 39900, **more: Any) -> Any:
    """What the shop sends for a payment."""
    price = {"currency": "dkk", "unit_amount": ore, "product_data": {"name": "Gavekurv æøå"}}
    return {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "payment_intent_data": {"capture_method": "manual", "metadata": ORDER, "description": "FK-1"},
        "client_reference_id": "FK-1",
        "customer_email": "karla@example.org",
        "locale": "da",
        "metadata": ORDER,
        "success_url": BACK,
        "cancel_url": "http://shop.test/left",
        **more,
    }


def keyed(key: str) -> Any:
    return {"idempotency_key": key}


def authorised(bank: Standin, client: stripe.StripeClient, ore: int = 39900, **more: Any) -> str:
    """The intent of a session that was just paid."""
    session = client.v1.checkout.sessions.create(session_for(ore), keyed(f"session-{time.monotonic_ns()}"))
    bank.pay(session, **more)
    return str(bank.things[session.id]["payment_intent"])


def captured(bank: Standin, client: stripe.StripeClient, ore: int = 39900, **more: Any) -> str:
    intent = authorised(bank, client, ore, **more)
    client.v1.payment_intents.capture(intent, {}, keyed(f"capture-{intent}"))
    return intent


def saved_card(bank: Standin, client: stripe.StripeClient, card: Any = "ok") -> Any:
    """What an off-session charge of a saved card says."""
    customer = client.v1.customers.create({"email": "karla@example.org", "metadata": ORDER}, keyed("customer"))
    session = client.v1.checkout.sessions.create(
        {"mode": "setup", "customer": customer.id, "currency": "dkk", "success_url": BACK}, keyed("setup")
    )
    bank.pay(session.id, card)
    found = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent.payment_method"]})
    assert isinstance(found.setup_intent, stripe.SetupIntent)
    assert client.v1.setup_intents.retrieve(found.setup_intent.id).status == "succeeded"
    assert isinstance(found.setup_intent.payment_method, stripe.PaymentMethod)
    return {
        "customer": customer.id, "payment_method": found.setup_intent.payment_method.id, "off_session": True,
        "confirm": True, "amount": 50000, "currency": "dkk", "capture_method": "manual", "metadata": ORDER,
    }  # fmt: skip


def kinds(bank: Standin) -> list[str]:
    return [event["type"] for event in bank.events]


def refused(call: Any, kind: type[stripe.StripeError] = stripe.InvalidRequestError) -> Any:
    with pytest.raises(kind) as caught:
        call()
    return caught.value
