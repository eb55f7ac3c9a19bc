"""The Stripe gateway: hosted Checkout, manual capture, saved cards, refunds, disputes and payouts.

Everything is asked with a key made of our own ids, so that asked again it happens once. Whatever leaves open whether
it happened (no connection, a timeout, 429, 5xx) is BankSilent: the worker asks again with the same key.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

import stripe

from orders.payments.gateway import ASKED as REPAY_ASKED
from orders.payments.gateway import (
    AUTHORISED,
    CAPTURED,
    CURRENCY,
    DECLINED,
    DONE,
    ENDED,
    FAILED,
    LAPSED,
    LOST,
    OPEN,
    SAVED,
    STARTED,
    WON,
    At,
    BankSilent,
    Found,
    Movement,
    Objection,
    PaidOut,
    Repaid,
    Wish,
)
from orders.payments.models import FROM_CARD, SAVE
from shop.days import local_day

log = logging.getLogger("shop.payments")
VERSION = "2026-10-28.endive"
TIMEOUT = (3.05, 10.0)  # seconds to connect and to be answered
MONEY = ["latest_charge.balance_transaction"]
PAGE = ["payment_intent.latest_charge.balance_transaction", "setup_intent"]
_DISPUTES = {"won": WON, "lost": LOST, "warning_closed": WON, "prevented": WON}
TOLERANCE = 300  # seconds a message may be old
CONSUMERS_ONLY = ["klarna"]
_UNREADABLE = (
    stripe.SignatureVerificationError, ValueError, KeyError, TypeError, AttributeError,
    RecursionError,  # brackets within brackets
)  # fmt: skip
_REFUNDS = {"succeeded": DONE, "failed": FAILED, "canceled": FAILED}
Answer = TypeVar("Answer")


class Stripe:
    """Stripe as a gateway. `base` is another host that speaks the same, for tests."""

    name = "stripe"
    is_inside = False

    def __init__(self, key: str, *, base: str = "", retries: int = 1) -> None:
        self.is_live = "_live_" in key
        stripe.enable_telemetry = False
        self._client = stripe.StripeClient(
            key,
            stripe_version=VERSION,
            max_network_retries=retries,
            http_client=stripe.RequestsClient(timeout=TIMEOUT),
            base_addresses={"api": base.rstrip("/")} if base else None,
        )

    def start(self, wish: Wish) -> Found:
        """Open a page of Stripe's own where the buyer pays, or saves a card."""
        params: dict[str, Any] = {
            "client_reference_id": wish.text,
            "metadata": _ours(wish),
            "success_url": wish.back_url,
            "cancel_url": wish.back_url,
            "locale": wish.language,
            "expires_at": int(wish.until.timestamp()) if wish.until else None,
        }
        customer = self._customer(wish) if wish.purpose == SAVE else ""
        if customer:
            params |= {
                "mode": "setup",
                "customer": customer,
                "currency": CURRENCY,
                "allowed_payment_method_types": ["card"],  # MobilePay cannot be saved
                "setup_intent_data": {"metadata": _ours(wish)},
            }
        else:
            params |= {
                "mode": "payment",
                "customer_email": wish.email,
                "excluded_payment_method_types": None if wish.is_private else CONSUMERS_ONLY,
                "line_items": [_line(wish)],
                "payment_intent_data": {
                    "capture_method": "manual",
                    "description": wish.text,
                    "metadata": _ours(wish),
                },
            }
        page = self._ask(lambda: self._client.v1.checkout.sessions.create(_typed(params), _key(wish.key)))
        return Found(STARTED, wish.ore, foreign_id=page.id, url=page.url or "", customer=customer)

    def _customer(self, wish: Wish) -> str:
        params = {"email": wish.email, "metadata": _ours(wish)}
        return self._ask(lambda: self._client.v1.customers.create(_typed(params), _key(f"{wish.key}-customer"))).id

    def look_up(self, at: At) -> Found:
        """How a payment is now, by its page or, without a page, by its money."""
        if at.purpose == FROM_CARD:
            return self._intent(at.intent_id or at.foreign_id)
        page = self._ask(lambda: self._client.v1.checkout.sessions.retrieve(at.foreign_id, {"expand": PAGE}))
        if page.status == "open":
            return Found(STARTED, page.amount_total or 0)
        if page.status == "expired":
            return Found(ENDED, 0)
        if page.mode == "setup":
            return _found_card(page)
        intent = page.payment_intent
        return _found_money(intent) if isinstance(intent, stripe.PaymentIntent) else Found(STARTED, 0)

    def _intent(self, intent_id: str, *, is_off_session: bool = True) -> Found:
        intent = self._ask(lambda: self._client.v1.payment_intents.retrieve(intent_id, {"expand": MONEY}))
        return _found_money(intent, is_off_session=is_off_session)

    def charge_saved(self, wish: Wish) -> Found:
        """Reserve on a saved card, without the buyer. Declined, or the bank wants the buyer: `why` says so."""
        params = {
            "amount": wish.ore,
            "currency": CURRENCY,
            "customer": wish.customer,
            "payment_method": wish.card,
            "off_session": True,
            "confirm": True,
            "capture_method": "manual",
            "description": wish.text,
            "metadata": _ours(wish),
            "expand": MONEY,
        }
        try:
            intent = self._ask(
                lambda: self._client.v1.payment_intents.create(_typed(params), _key(wish.key)), may_refuse=True
            )
        except stripe.CardError as error:
            name = _intent_of(error)
            return Found(DECLINED, wish.ore, foreign_id=name or wish.key, intent_id=name, why=error.code or "declined")
        return _found_money(intent, is_off_session=True)

    def capture(self, at: At, *, ore: int) -> Found:
        """Draw the money, once: what is left of the reservation is let go by Stripe."""
        params = {"amount_to_capture": ore, "expand": MONEY}
        try:
            intent = self._ask(
                lambda: self._client.v1.payment_intents.capture(
                    at.intent_id, _typed(params), _key(f"{at.key}-capture")
                ),
                may_refuse=True,
            )
        except stripe.CardError as error:
            return Found(DECLINED, ore, why=error.code or "declined")
        except stripe.InvalidRequestError as error:
            if error.code != "payment_intent_unexpected_state":
                raise
            return self._intent(at.intent_id)
        return _found_money(intent)

    def end(self, at: At) -> Found:
        """Close the page, let go of what is reserved, forget a saved card. What is drawn stays drawn."""
        if at.purpose != FROM_CARD:
            page = self._ask(lambda: self._client.v1.checkout.sessions.retrieve(at.foreign_id))
            if page.status == "open":
                self._unless_moved(
                    lambda: self._client.v1.checkout.sessions.expire(at.foreign_id, {}, _key(f"{at.key}-expire"))
                )
        found = self.look_up(at)
        if found.state == AUTHORISED:
            self._unless_moved(
                lambda: self._client.v1.payment_intents.cancel(found.intent_id, {}, _key(f"{at.key}-cancel"))
            )
            return self.look_up(at)
        if found.state == SAVED:
            self._unless_moved(lambda: self._client.v1.payment_methods.detach(found.card, {}, _key(f"{at.key}-detach")))
            return Found(ENDED, 0)
        return found

    def refund(self, at: At, *, key: str, ore: int) -> Repaid:
        """Give a part of what was drawn back. Refused by Stripe: failed, for a person to see."""
        params = {"payment_intent": at.intent_id, "amount": ore, "metadata": {"payment": at.key, "repayment": key}}
        try:
            made = self._ask(lambda: self._client.v1.refunds.create(_typed(params), _key(key)), may_refuse=True)
        except (stripe.InvalidRequestError, stripe.CardError):
            return Repaid("", FAILED)
        return Repaid(made.id, _REFUNDS.get(made.status or "", REPAY_ASKED))

    def look_up_refund(self, foreign_id: str) -> Repaid:
        found = self._ask(lambda: self._client.v1.refunds.retrieve(foreign_id))
        return Repaid(found.id, _REFUNDS.get(found.status or "", REPAY_ASKED))

    def look_up_dispute(self, foreign_id: str) -> Objection:
        found = self._ask(lambda: self._client.v1.disputes.retrieve(foreign_id))
        taken = [one for one in found.balance_transactions if one.amount < 0]
        due = found.evidence_details.due_by
        return Objection(
            foreign_id=found.id,
            intent_id=_id(found.payment_intent),
            state=_DISPUTES.get(found.status, OPEN),
            reason=found.reason[:60],
            ore=-sum(one.amount for one in taken),
            fee_ore=sum(one.fee for one in found.balance_transactions),
            answer_by=datetime.fromtimestamp(due, UTC) if due else None,
        )

    def paid_out(self, *, since: datetime) -> list[PaidOut]:
        """The payouts that arrived since a moment, each with its lines."""
        listed = self._ask(
            lambda: list(
                self._client.v1.payouts.list(
                    {"arrival_date": {"gte": int(since.timestamp())}, "status": "paid", "limit": 100}
                ).auto_paging_iter()
            )
        )
        return [
            PaidOut(
                one.id, one.amount, local_day(datetime.fromtimestamp(one.arrival_date, UTC)), self._movements(one.id)
            )
            for one in listed
        ]  # fmt: skip

    def _movements(self, payout: str) -> tuple[Movement, ...]:
        listed = self._ask(
            lambda: list(
                self._client.v1.balance_transactions.list(
                    {"payout": payout, "limit": 100, "expand": ["data.source"]}
                ).auto_paging_iter()
            )
        )
        return tuple(
            Movement(one.id, one.type, _id(getattr(one.source, "payment_intent", "")), one.amount, one.fee, one.net)
            for one in listed
            if one.type != "payout"
        )

    def _ask(self, call: Callable[[], Answer], *, may_refuse: bool = False) -> Answer:
        """Ask; `may_refuse`: Stripe's no to this very thing is an answer too (InvalidRequestError, CardError)."""
        try:
            return call()
        except stripe.StripeError as error:
            if may_refuse and isinstance(error, (stripe.InvalidRequestError, stripe.CardError)):
                raise
            said = f"Stripe: {type(error).__name__} {error.http_status or ''} {error.code or ''}".strip()
            log.warning("%s %s", said, error.user_message or "")
            raise BankSilent(said) from error

    def _unless_moved(self, call: Callable[[], object]) -> None:
        """Do it, unless the payment has moved on meanwhile: then it is looked up again."""
        try:
            self._ask(call, may_refuse=True)
        except stripe.InvalidRequestError:
            return


@dataclass(frozen=True, slots=True)
class Message:
    """An event as it came: Stripe's name for it, its kind, and the payment, refund, dispute or payout it is about."""

    foreign_id: str
    kind: str
    about: str


class Forged(ValueError):
    """Not from Stripe, too old, not readable, or from the other of test and live."""


def read_message(body: bytes, signature: str, secret: str, *, is_live: bool) -> Message:
    """Verify a message's signature and age, and read what it is about. Refuses (Forged) everything else."""
    try:
        stripe.WebhookSignature.verify_header(body.decode(), signature, secret, TOLERANCE)
        event = json.loads(body)
        about = _about(event["data"]["object"])
        message = Message(_kept(event["id"], 120), _kept(event["type"], 60), _kept(about, 120))
    except _UNREADABLE as error:
        raise Forged(type(error).__name__) from error
    if bool(event.get("livemode")) != is_live:
        raise Forged("a message of test mode at a live shop, or the other way round")
    return message


def _kept(told: Any, most: int) -> str:
    """A name as every database can keep it. Refuses (ValueError) NUL and half a character."""
    name = str(told)[:most]
    name.encode()
    if "\0" in name:
        raise ValueError("NUL")
    return name


def _about(thing: dict[str, Any]) -> str:
    kind, name = thing.get("object"), str(thing.get("id") or "")
    if kind in ("checkout.session", "payment_intent", "setup_intent"):
        return str((thing.get("metadata") or {}).get("payment") or name)
    return _id_of(thing.get("payment_intent")) or name if kind == "charge" else name


def _id_of(thing: Any) -> str:
    return str(thing.get("id") or "") if isinstance(thing, dict) else str(thing or "")


def _typed(params: dict[str, Any]) -> Any:
    """Parameters without what is not set; the stand-in of the tests checks them against the package's own types."""
    return cast("Any", {name: value for name, value in params.items() if value is not None})


def _key(key: str) -> Any:
    return {"idempotency_key": key}


def _ours(wish: Wish) -> dict[str, str]:
    return {"payment": wish.key, "order": wish.text}


def _line(wish: Wish) -> dict[str, Any]:
    name = f"Ordre {wish.text}" if wish.language == "da" else f"Order {wish.text}"
    return {
        "quantity": 1,
        "price_data": {"currency": CURRENCY, "unit_amount": wish.ore, "product_data": {"name": name}},
    }


def _id(thing: Any) -> str:
    """The name of something that is either a name or the whole."""
    return thing if isinstance(thing, str) else str(getattr(thing, "id", "") or "")


def _intent_of(error: stripe.CardError) -> str:
    intent = getattr(error.error, "payment_intent", None)
    return _id(intent.get("id") if isinstance(intent, dict) else intent)


def _found_card(page: stripe.checkout.Session) -> Found:
    setup = page.setup_intent
    if not isinstance(setup, stripe.SetupIntent) or setup.status != "succeeded":
        return Found(STARTED, 0)
    if not setup.payment_method:
        return Found(ENDED, 0)
    return Found(
        SAVED, 0, intent_id=setup.id, customer=_id(page.customer), card=_id(setup.payment_method), method="card"
    )


def _found_money(intent: stripe.PaymentIntent, *, is_off_session: bool = False) -> Found:
    """What an intent says: its state in our words, the amounts, and when its reservation runs out."""
    charge = intent.latest_charge if isinstance(intent.latest_charge, stripe.Charge) else None
    details = charge.payment_method_details if charge else None
    before = getattr(getattr(details, "card", None), "capture_before", None)
    state = _state(intent, is_off_session=is_off_session)
    money = charge.balance_transaction if charge else None
    failed = intent.last_payment_error
    return Found(
        state,
        intent.amount_capturable if state == AUTHORISED else intent.amount,
        intent.amount_received if state == CAPTURED else 0,
        money.fee if isinstance(money, stripe.BalanceTransaction) and state == CAPTURED else None,
        currency=intent.currency,
        foreign_id=intent.id if is_off_session else "",
        intent_id=intent.id,
        method=(details.type if details else "")[:30],
        why=(failed.code or "") if failed and state == DECLINED else "",
        lapses_at=datetime.fromtimestamp(before, UTC) if before else None,
    )


def _state(intent: stripe.PaymentIntent, *, is_off_session: bool) -> str:
    if intent.status == "requires_capture":
        return AUTHORISED
    if intent.status == "succeeded":
        return CAPTURED
    if intent.status == "canceled":
        return LAPSED if intent.cancellation_reason == "automatic" else ENDED
    is_declined = intent.status in ("requires_payment_method", "requires_action") and is_off_session
    return DECLINED if is_declined else STARTED
