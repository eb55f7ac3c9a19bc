"""One Stripe account: its objects with the documented fields, its rules, its balance and its events. Amounts in øre."""

import copy
import threading
import time
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from tests.standin.params import Thing, Wrong

VERSION = "2026-10-28.endive"  # the API version whose documents this follows
SMALLEST_ORE = 250
AUTHORISED_SECONDS = 7 * 24 * 3600
DISPUTE_FEE_ORE = 11_000
LATER = {  # what happens when a saved card is charged without its owner: code, decline code, sentence
    "declined_later": ("card_declined", "insufficient_funds", "Your card has insufficient funds."),
    "needs_customer_later": (
        "authentication_required", "authentication_required",
        "Your card was declined. This transaction requires authentication.",
    ),
}  # fmt: skip
CARD = {"brand": "visa", "country": "DK", "exp_month": 12, "exp_year": 2034, "funding": "debit", "last4": "4242"}


def fee_of(ore: int) -> int:
    """What Stripe keeps of a charge: 1.5 % and 1.80 kr., rounded up to whole øre."""
    return -(-ore * 15 // 1000) + 180


def id_of(thing: Any) -> str:
    """An id, whether given as such, as one of our objects or as one of the library's."""
    return thing if isinstance(thing, str) else str(thing["id"])


class Account:
    """What is true at Stripe. Who calls it holds the lock; what tests ask takes it (it may be taken twice)."""

    def __init__(self, base: str, *, livemode: bool = False) -> None:
        self.lock = threading.RLock()
        self.base, self.livemode = base, livemode
        self.things: dict[str, Thing] = {}
        self.events: list[Thing] = []
        self.request: Thing = {"id": None, "idempotency_key": None}  # the one that events now come from
        self.paid_out: dict[str, str] = {}  # balance transaction → payout
        self.cards: dict[str, str] = {}  # payment method → how it behaves later
        self.uncapturable: set[str] = set()
        self.session_of: dict[str, Thing] = {}  # intent → the Checkout session it came from
        self.given: dict[str, Thing] = {}  # session → what its intent is to carry

    # Objects

    def new(self, prefix: str, kind: str, **fields: Any) -> Thing:
        key = prefix + uuid.uuid4().hex[:24]
        thing = {"id": key, "object": kind, "created": int(time.time()), "livemode": self.livemode, **fields}
        self.things[key] = thing
        return thing

    def get(self, thing: Any, kind: str, param: str, status: int = 400) -> Thing:
        """The object itself, or Stripe's "no such". A session or an authorisation whose time is over has ended."""
        key = id_of(thing)
        found = self.things.get(key)
        if found is None or found["object"] != kind:
            raise Wrong(f"No such {kind}: '{key}'", "resource_missing", param, status)
        now, state = time.time(), found.get("status")
        if state == "open" and now >= found["expires_at"]:
            self.end_session(found)
        if state == "requires_capture" and now >= self.things[found["latest_charge"]]["created"] + AUTHORISED_SECONDS:
            self.cancel(found, "automatic")
        return found

    def intent(self, thing: Any) -> Thing:
        return self.get(thing, "payment_intent", "payment_intent")

    def find(self, kind: str, **fields: Any) -> list[Thing]:
        """Copies of all objects of a kind whose fields are these, oldest first."""
        with self.lock:
            mine = [thing for thing in self.things.values() if thing["object"] == kind]
            return [copy.deepcopy(t) for t in mine if all(t.get(name) == value for name, value in fields.items())]

    def expanded(self, thing: Thing, paths: Iterable[str]) -> Thing:
        """A copy, with the ids at these paths replaced by the objects they name."""
        answer = copy.deepcopy(thing)
        for path in paths:
            self._expand(answer, path.split("."), path)
        return answer

    def _expand(self, thing: Thing, names: list[str], path: str) -> None:
        name, *rest = names
        value = thing.get(name, "")
        if isinstance(value, str):
            if value not in self.things or name == "id":
                raise Wrong(f"This property cannot be expanded ({path}).", None, "expand")
            value = thing[name] = copy.deepcopy(self.things[value])
        for one in value if isinstance(value, list) else [value]:
            if rest and one is not None:
                self._expand(one, rest, path)

    def emit(self, kind: str, thing: Thing) -> None:
        event = self.new("evt_", "event", type=kind, api_version=VERSION, pending_webhooks=1, request=self.request)
        event["data"] = {"object": copy.deepcopy(thing)}
        self.events.append(event)

    # The balance

    @property
    def balance(self) -> int:
        """What Stripe owes the shop, in øre: charges less fees, refunds, disputes and payouts."""
        return sum(int(entry["net"]) for entry in self.find("balance_transaction"))

    def charged(self, metadata: Mapping[str, str] | None = None) -> int:
        """What customers have paid less what they got back, over the intents that carry this metadata."""
        wanted = (metadata or {}).items()
        with self.lock:
            mine = [one for one in self.find("payment_intent") if wanted <= one["metadata"].items()]
            return sum(int(one["amount_received"]) for one in mine) - self.refunded({one["id"] for one in mine})

    def refunded(self, intents: set[str]) -> int:
        """Money given back. What was held and never taken is shown as a refund too, but one that moved no balance."""
        live = [refund for refund in self.find("refund", status="succeeded") if refund["payment_intent"] in intents]
        return sum(refund["amount"] for refund in live if refund["balance_transaction"])

    def book(self, ore: int, kind: str, source: Thing, category: str, fee: int = 0) -> str:
        """A balance transaction; its id."""
        details = {"amount": fee, "application": None, "currency": "dkk", "description": "Stripe", "type": "stripe_fee"}
        entry = self.new(
            "txn_", "balance_transaction", amount=ore, fee=fee, net=ore - fee, type=kind, reporting_category=category,
            source=source["id"], currency=source["currency"], status="pending", exchange_rate=None, description=None,
            available_on=int(time.time()) + 3 * 24 * 3600, balance_type="payments",
            fee_details=[details] if fee else [],
        )  # fmt: skip
        del entry["livemode"]
        return str(entry["id"])

    # A payment

    def new_intent(self, ore: int, currency: str, **fields: Any) -> Thing:
        intent = self.new(
            "pi_", "payment_intent", amount=ore, currency=currency, amount_capturable=0, amount_received=0,
            status="requires_payment_method", latest_charge=None, last_payment_error=None, canceled_at=None,
            cancellation_reason=None, capture_method=fields.pop("capture_method", "automatic_async"),
            customer=fields.pop("customer", None), description=fields.pop("description", None),
            metadata=fields.pop("metadata", {}), payment_method=fields.pop("payment_method", None),
            payment_method_types=fields.pop("payment_method_types", ["card"]), next_action=None, processing=None,
            receipt_email=None, setup_future_usage=fields.pop("setup_future_usage", None),
            confirmation_method="automatic", transfer_group=None,
        )  # fmt: skip
        intent["client_secret"] = f"{intent['id']}_secret_standin"
        self.emit("payment_intent.created", intent)
        return intent

    def new_method(self, method: str, behaves: str, customer: str | None = None) -> Thing:
        details = {"card": {**CARD, "checks": None, "wallet": None}, "mobilepay": {}}[method]
        made = self.new("pm_", "payment_method", type=method, customer=customer, metadata={}, billing_details={})
        made[method] = details
        self.cards[made["id"]] = behaves
        return made

    def charge(self, intent: Thing, method: Thing, *, refused: tuple[str, str, str] | None = None) -> Thing:
        """Ask the bank: an authorisation (captured at once unless the intent waits for us), or a failed charge."""
        details: Thing = {"card": {**CARD, "network": "visa", "capture_before": int(time.time()) + AUTHORISED_SECONDS}}
        if method["type"] == "mobilepay":
            details = {"mobilepay": {"card": {name: CARD[name] for name in ("brand", "country", "last4")}}}
        charge = self.new(
            "ch_" if method["type"] == "card" else "py_", "charge", amount=intent["amount"], amount_captured=0,
            amount_refunded=0, balance_transaction=None, captured=False, currency=intent["currency"],
            customer=intent["customer"], description=intent["description"], disputed=False, refunded=False,
            failure_balance_transaction=None, failure_code=None, failure_message=None, paid=not refused,
            metadata=dict(intent["metadata"]), payment_intent=intent["id"], payment_method=method["id"],
            payment_method_details={"type": method["type"], **details}, status="failed" if refused else "succeeded",
            outcome={"type": "issuer_declined" if refused else "authorized", "reason": refused and refused[1]},
        )  # fmt: skip
        intent |= {"latest_charge": charge["id"], "payment_method": method["id"], "last_payment_error": None}
        if refused:
            self._fail(intent, charge, method, refused)
            return charge
        intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
        self.emit("charge.succeeded", charge)
        if intent["capture_method"] == "manual":
            self.emit("payment_intent.amount_capturable_updated", intent)
        else:
            self.capture(intent, intent["amount"])
        return charge

    def _fail(self, intent: Thing, charge: Thing, method: Thing, refused: tuple[str, str, str]) -> None:
        code, reason, sentence = refused
        charge |= {"failure_code": code, "failure_message": sentence, "paid": False, "status": "failed"}
        wrong = {
            "type": "card_error",
            "code": code,
            "decline_code": reason,
            "message": sentence,
            "charge": charge["id"],
        }
        intent |= {"status": "requires_payment_method", "amount_capturable": 0, "payment_method": None}
        intent["last_payment_error"] = {**wrong, "payment_method": copy.deepcopy(method)}
        self.emit("charge.failed", charge)
        self.emit("payment_intent.payment_failed", intent)

    def decline(self, intent: Thing) -> Wrong:
        """The error for a charge that was refused; it carries the intent."""
        error = {name: value for name, value in intent["last_payment_error"].items() if name not in {"type", "message"}}
        sentence = intent["last_payment_error"]["message"]
        return Wrong(sentence, status=402, type_="card_error", payment_intent=copy.deepcopy(intent), **error)

    def capture(self, intent: Thing, ore: int) -> None:
        """Take the money, once; what was authorised beyond it is released."""
        charge = self.things[intent["latest_charge"]]
        if intent["id"] in self.uncapturable:
            method = self.things[charge["payment_method"]]
            self._fail(intent, charge, method, ("card_declined", "generic_decline", "Your card was declined."))
            raise self.decline(intent)
        kind = "charge" if charge["payment_method_details"]["type"] == "card" else "payment"
        charge |= {"captured": True, "amount_captured": ore}
        charge["balance_transaction"] = self.book(ore, kind, charge, "charge", fee_of(ore))
        intent |= {"status": "succeeded", "amount_received": ore, "amount_capturable": 0}
        if session := self.session_of.get(intent["id"]):
            session["payment_status"] = "paid"
        if ore < charge["amount"]:
            self.give_back(charge, charge["amount"] - ore, moved=False)
        if intent["capture_method"] == "manual":
            self.emit("charge.captured", charge)
        self.emit("payment_intent.succeeded", intent)

    def give_back(
        self, charge: Thing, ore: int, *, moved: bool, reason: str | None = None, metadata: Thing | None = None
    ) -> Thing:
        """A refund: of money taken, or (not moved) of money that was only held, which Stripe shows the same way."""
        charge["amount_refunded"] += ore
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        refund = self.new(
            "re_", "refund", amount=ore, currency=charge["currency"], charge=charge["id"], status="succeeded",
            payment_intent=charge["payment_intent"], balance_transaction=None, failure_reason=None,
            failure_balance_transaction=None, reason=reason, metadata=metadata or {},
            receipt_number=None, destination_details={"type": "card", "card": {"type": "refund"}},
        )  # fmt: skip
        if moved:
            kind = "refund" if charge["id"].startswith("ch_") else "payment_refund"
            refund["balance_transaction"] = self.book(-ore, kind, refund, "refund")
        del refund["livemode"]
        self.emit("refund.created", refund)
        self.emit("charge.refunded", charge)
        return refund

    def refund(self, intent: Thing, ore: int | None, **fields: Any) -> Thing:
        """Give money back, up to what is left of what was taken."""
        if intent["status"] != "succeeded":
            raise Wrong(
                "This PaymentIntent does not have a successful charge to refund.", "payment_intent_unexpected_state"
            )
        charge = self.things[intent["latest_charge"]]
        left = charge["amount_captured"] - self.refunded({intent["id"]})
        if charge["disputed"]:
            raise Wrong(f"Charge {charge['id']} has been charged back; cannot issue a refund.", "charge_disputed")
        if not left:
            raise Wrong(f"Charge {charge['id']} has already been refunded.", "charge_already_refunded")
        ore = left if ore is None else ore
        if ore < 1:
            raise Wrong("Invalid positive integer", "parameter_invalid_integer", "amount")
        if ore > left:
            raise Wrong(
                f"Refund amount ({ore}) is greater than unrefunded amount on charge ({left})",
                "amount_too_large",
                "amount",
            )
        return self.give_back(charge, ore, moved=True, **fields)

    def cancel(self, intent: Thing, reason: str | None) -> None:
        """No more of this payment; what was held is released."""
        held = intent["status"] == "requires_capture"
        intent |= {
            "status": "canceled",
            "canceled_at": int(time.time()),
            "cancellation_reason": reason,
            "amount_capturable": 0,
        }
        if held:
            charge = self.things[intent["latest_charge"]]
            if reason == "automatic":
                self.emit("charge.expired", charge)
            why = "expired_uncaptured_charge" if reason == "automatic" else None
            self.give_back(charge, charge["amount"], moved=False, reason=why)
        self.emit("payment_intent.canceled", intent)

    def end_session(self, session: Thing) -> None:
        """The session's time is up, and nobody has paid."""
        session |= {"status": "expired", "url": None}
        if session["payment_intent"]:
            self.cancel(self.things[session["payment_intent"]], "automatic")
        if session["setup_intent"]:
            self.things[session["setup_intent"]]["status"] = "canceled"
        self.emit("checkout.session.expired", session)
