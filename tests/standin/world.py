"""What people and banks do: pay, leave, dispute, be late. Tests call these while the shop runs; the page does too."""

import copy
import time
from typing import Any, Literal

from tests.standin.account import DISPUTE_FEE_ORE, Account, id_of
from tests.standin.params import Thing

Card = Literal["ok", "declined", "needs_customer_later", "declined_later"]
DECLINED = ("card_declined", "generic_decline", "Your card was declined.")


class Impossible(Exception):
    """Nobody can do that now: the session is paid or expired, the money is not there."""


class World(Account):
    """An account, and everybody outside it. Sessions, intents and refunds are given by id or as objects."""

    def pay(self, session: Any, card: Card = "ok", method: str = "card") -> str:
        """The customer pays, or saves a card, on Stripe's page. Returns where the browser is sent then."""
        with self.lock:
            found = self._open(session, method)
            if found["customer_creation"] == "always" and card != "declined":
                found["customer"] = self.new("cus_", "customer", email=found["customer_email"], metadata={})["id"]
            if found["mode"] == "setup":
                self._save_card(found, card)
            else:
                self._pay(found, card, method)
            if card == "declined":
                return str(found["url"])
            found |= {"status": "complete", "url": None, "customer_details": {"email": found["customer_email"]}}
            self.emit("checkout.session.completed", found)
            return str(found["success_url"]).replace("{CHECKOUT_SESSION_ID}", found["id"])

    def _open(self, session: Any, method: str) -> Thing:
        found = self.get(session, "checkout.session", "session")
        if found["status"] != "open":
            raise Impossible(f"The session is {found['status']}.")
        if method not in found["payment_method_types"]:
            raise Impossible(f"{method} is not offered, only {', '.join(found['payment_method_types'])}.")
        return found

    def _pay(self, session: Thing, card: Card, method: str) -> None:
        if session["payment_intent"]:
            intent = self.things[session["payment_intent"]]  # a card was declined before
        else:
            given = self.given[session["id"]]
            names = ("capture_method", "description", "metadata", "setup_future_usage")
            fields = {name: given[name] for name in names if name in given}
            intent = self.new_intent(
                session["amount_total"], session["currency"], customer=session["customer"],
                payment_method_types=session["payment_method_types"], **fields,
            )  # fmt: skip
            session["payment_intent"] = intent["id"]
            self.session_of[intent["id"]] = session
        kept_by = session["customer"] if intent["setup_future_usage"] and method == "card" else None
        self.charge(intent, self.new_method(method, card, kept_by), refused=DECLINED if card == "declined" else None)

    def _save_card(self, session: Thing, card: Card) -> None:
        setup = self.things[session["setup_intent"]]
        if card == "declined":
            setup["last_setup_error"] = {"type": "card_error", "code": DECLINED[0], "message": DECLINED[2]}
            self.emit("setup_intent.setup_failed", setup)
            return
        method = self.new_method("card", card, session["customer"])
        setup |= {"status": "succeeded", "payment_method": method["id"], "last_setup_error": None}
        setup["customer"] = session["customer"]
        if session["customer"]:
            self.emit("payment_method.attached", method)
        self.emit("setup_intent.succeeded", setup)

    def leave(self, session: Any) -> str:
        """The customer goes back to the shop without paying. Nothing happens; returns where the browser is sent."""
        with self.lock:
            found = self.get(session, "checkout.session", "session")
            return str(found["cancel_url"] or found["url"])

    def expire(self, session: Any) -> None:
        """The session's time runs out."""
        with self.lock:
            found = self.get(session, "checkout.session", "session")
            if found["status"] != "open":
                raise Impossible(f"The session is {found['status']}.")
            self.end_session(found)

    def lapse(self, intent: Any) -> None:
        """The authorisation runs out before anybody captures it."""
        with self.lock:
            found = self.intent(intent)
            if found["status"] != "requires_capture":
                raise Impossible(f"The intent is {found['status']}.")
            self.cancel(found, "automatic")

    def decline_capture(self, intent: Any) -> None:
        """The bank will refuse when this authorisation is captured; the intent then has no money and no card."""
        self.uncapturable.add(id_of(intent))

    def dispute(self, intent: Any, ore: int | None = None) -> str:
        """The customer complains at the bank, which takes the money back at once, and a fee. The dispute's id."""
        with self.lock:
            paid = self.intent(intent)
            charge = self.things[paid["latest_charge"]]
            if not charge["captured"] or charge["disputed"]:
                raise Impossible("There is no money to dispute, or it is disputed.")
            charge["disputed"] = True
            dispute = self.new(
                "dp_", "dispute", amount=ore or charge["amount_captured"], currency=charge["currency"],
                reason="general", charge=charge["id"], payment_intent=paid["id"], status="needs_response",
                is_charge_refundable=False, metadata={}, evidence={},
                evidence_details={"due_by": int(time.time()) + 7 * 24 * 3600},
            )  # fmt: skip
            moved = self.book(-dispute["amount"], "adjustment", dispute, "dispute", DISPUTE_FEE_ORE)
            dispute["balance_transactions"] = [copy.deepcopy(self.things[moved])]
            self.emit("charge.dispute.created", dispute)
            self.emit("charge.dispute.funds_withdrawn", dispute)
            return str(dispute["id"])

    def close_dispute(self, dispute: Any, *, won: bool) -> None:
        """The bank decides; if for the shop, the money (not the fee) comes back."""
        with self.lock:
            found = self.get(dispute, "dispute", "dispute")
            if found["status"] != "needs_response":
                raise Impossible(f"The dispute is {found['status']}.")
            found["status"] = "won" if won else "lost"
            if won:
                moved = self.book(found["amount"], "adjustment", found, "dispute_reversal")
                found["balance_transactions"].append(copy.deepcopy(self.things[moved]))
            self.emit("charge.dispute.closed", found)
            if won:
                self.emit("charge.dispute.funds_reinstated", found)

    def fail_refund(self, refund: Any) -> None:
        """Days later the customer's bank sends the refund back."""
        with self.lock:
            found = self.get(refund, "refund", "refund")
            if found["status"] != "succeeded" or not found["balance_transaction"]:
                raise Impossible("Only money that was sent can come back.")
            charge = self.things[found["charge"]]
            charge["amount_refunded"] -= found["amount"]
            charge["refunded"] = False
            back = self.book(found["amount"], "refund_failure", found, "refund_failure")
            found |= {
                "status": "failed",
                "failure_reason": "expired_or_canceled_card",
                "failure_balance_transaction": back,
            }
            for kind in ("refund.updated", "charge.refund.updated", "refund.failed"):
                self.emit(kind, found)

    def pay_out(self) -> str:
        """Stripe sends everything on the balance to the shop's bank. The payout's id."""
        with self.lock:
            paid = [one for one in self.things.values() if one["object"] == "balance_transaction"]
            paid = [one for one in paid if one["id"] not in self.paid_out]
            if not paid:
                raise Impossible("There is nothing to pay out.")
            ore, now = sum(one["net"] for one in paid), int(time.time())
            payout = self.new(
                "po_", "payout", amount=ore, currency="dkk", arrival_date=now, automatic=True, method="standard",
                status="paid", type="bank_account", source_type="card", reconciliation_status="completed", metadata={},
                description="STRIPE PAYOUT", failure_code=None, failure_message=None, statement_descriptor=None,
                trace_id=None, original_payout=None, reversed_by=None,
            )  # fmt: skip
            payout["balance_transaction"] = self.book(-ore, "payout", payout, "payout")
            for one in [*paid, self.things[payout["balance_transaction"]]]:
                one["status"] = "available"
                self.paid_out[one["id"]] = payout["id"]
            for kind in ("payout.created", "payout.reconciliation_completed", "payout.paid"):
                self.emit(kind, payout)
            return str(payout["id"])

    def tamper(self, intent: Any, *, amount: int | None = None, currency: str | None = None) -> None:
        """Somebody paid something else than the shop asked for."""
        with self.lock:
            found = self.intent(intent)
            things = [found, *([self.things[found["latest_charge"]]] if found["latest_charge"] else [])]
            for thing in things:
                thing |= {"amount": amount or thing["amount"], "currency": currency or thing["currency"]}
            if found["status"] == "requires_capture":
                found["amount_capturable"] = found["amount"]
                self.emit("payment_intent.amount_capturable_updated", found)
