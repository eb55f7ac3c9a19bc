"""The parts of Stripe's API that the shop uses: which address takes which parameters, and what it does."""

import re
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from stripe import params as p

from tests.standin.account import LATER, SMALLEST_ORE, Account
from tests.standin.params import Thing, Wrong, check, decode

Act = Callable[[Account, str, Thing], Thing]
IN_DKK = ["card", "klarna", "mobilepay"]  # what Stripe would offer by itself


class Endpoint(NamedTuple):
    method: str
    path: re.Pattern[str]
    params: Any
    act: Act


def answer(account: Account, method: str, path: str, form: str) -> Thing:
    """Do what a request asks. Parameters are checked before anything happens."""
    for endpoint in ENDPOINTS:
        found = endpoint.path.fullmatch(path)
        if found and endpoint.method == method:
            values = check(decode(form), endpoint.params)
            thing = endpoint.act(account, (*found.groups(), "")[0], values)
            return account.expanded(thing, values.get("expand", []))
    raise Wrong(f"Unrecognized request URL ({method}: {path}).", None, None, 404, kept=False)


def _enough(ore: int, param: str) -> None:
    if ore < SMALLEST_ORE:
        raise Wrong("Amount must be at least 2.50 kr.", "amount_too_small", param)


def create_customer(account: Account, _: str, values: Thing) -> Thing:
    names = ("address", "description", "email", "name", "phone", "shipping")
    fields = {name: values.get(name) for name in names} | {"metadata": values.get("metadata") or {}}
    customer = account.new("cus_", "customer", balance=0, delinquent=False, preferred_locales=[], **fields)
    account.emit("customer.created", customer)
    return customer


def create_session(account: Account, _: str, values: Thing) -> Thing:
    mode, now = values.get("mode"), int(time.time())
    _check_session(account, values, mode)
    expires_at = values.get("expires_at", now + 24 * 3600)
    if not 30 * 60 <= expires_at - now <= 24 * 3600:
        raise Wrong("expires_at must be 30 minutes to 24 hours from now.", None, "expires_at")
    total = _total(values) if mode == "payment" else None
    offered = values.get("allowed_payment_method_types") or IN_DKK
    offered = [one for one in offered if one not in values.get("excluded_payment_method_types", [])]
    if mode == "setup":
        offered = [one for one in offered if one == "card"]  # neither MobilePay nor Klarna can be saved here
    names = ("cancel_url", "client_reference_id", "customer", "customer_email", "locale", "success_url")
    session = account.new(
        "cs_live_" if account.livemode else "cs_test_", "checkout.session", mode=mode, status="open",
        amount_subtotal=total, amount_total=total, expires_at=expires_at, payment_method_types=offered,
        payment_intent=None, setup_intent=None, payment_status="unpaid" if total else "no_payment_required",
        currency=_currency(values), metadata=values.get("metadata", {}), ui_mode="hosted_page", customer_details=None,
        customer_creation=values.get("customer_creation"), **{name: values.get(name) for name in names},
    )  # fmt: skip
    session["url"] = f"{account.base}/pay/{session['id']}"
    if mode == "setup":
        given = values.get("setup_intent_data", {})
        setup = account.new(
            "seti_", "setup_intent", customer=values.get("customer"), description=given.get("description"),
            metadata=given.get("metadata", {}), payment_method=None, payment_method_types=offered, usage="off_session",
            status="requires_payment_method", last_setup_error=None, next_action=None, cancellation_reason=None,
        )  # fmt: skip
        session["setup_intent"] = setup["id"]
    account.given[session["id"]] = values.get("payment_intent_data", {})
    return session


def _check_session(account: Account, values: Thing, mode: Any) -> None:
    """What the documents ask of a session beyond the types."""
    other = {"payment": {"setup_intent_data"}, "setup": {"line_items", "payment_intent_data"}}
    if mode not in other:
        raise Wrong("Missing required param: mode (payment or setup here).", "parameter_missing", "mode")
    for name in values.keys() & other[mode]:
        raise Wrong(f"You can not pass `{name}` in `{mode}` mode.", None, name)
    needed = {"payment": "line_items", "setup": "currency"}[mode]
    if mode == "setup" and "allowed_payment_method_types" in values:
        needed = "success_url"
    for name in ("success_url", needed):
        if not values.get(name):
            raise Wrong(f"Missing required param: {name}.", "parameter_missing", name)
    for name in {"success_url", "cancel_url"} & values.keys():
        if not re.fullmatch(r"https?://[^/\s]+(/\S*)?", values[name]):
            raise Wrong("Not a valid URL", "url_invalid", name)
    if {"customer", "customer_email"} <= values.keys():
        raise Wrong("You may only specify one of: customer, customer_email.", None, "customer")
    if "customer" in values:
        account.get(values["customer"], "customer", "customer")


def _currency(values: Thing) -> str | None:
    found = {line["price_data"]["currency"] for line in values.get("line_items", []) if "price_data" in line}
    found |= {values["currency"]} if "currency" in values else set()
    if len(found) > 1:
        raise Wrong("All prices must have the session's currency.", None, "currency")
    return str(found.pop()) if found else None


def _total(values: Thing) -> int:
    total = 0
    for number, line in enumerate(values["line_items"]):
        where, price = f"line_items[{number}]", line.get("price_data", {})
        if "quantity" not in line or "unit_amount" not in price or "product_data" not in price:
            raise Wrong("Here a line has quantity, unit_amount and product_data.", "parameter_missing", where)
        total += line["quantity"] * price["unit_amount"]
    _enough(total, "line_items")
    return total


def expire_session(account: Account, key: str, _: Thing) -> Thing:
    session = account.get(key, "checkout.session", "session", 404)
    if session["status"] != "open":
        raise Wrong(f"This Session is {session['status']}; only open ones can be expired.", None, "session")
    account.end_session(session)
    return session


def create_intent(account: Account, _: str, values: Thing) -> Thing:
    """Charge a saved card while its owner is away; without `confirm`, only the intention."""
    _enough(values["amount"], "amount")
    if "customer" in values:
        account.get(values["customer"], "customer", "customer")
    if values.get("off_session") and not values.get("confirm"):
        raise Wrong("`off_session` can only be used with `confirm`.", None, "off_session")
    method = None
    if "payment_method" in values:
        method = account.get(values["payment_method"], "payment_method", "payment_method")
        if method["customer"] is None or method["customer"] != values.get("customer"):
            raise Wrong(
                "The PaymentMethod belongs to no such Customer.", "payment_method_unexpected_state", "payment_method"
            )
    elif values.get("confirm"):
        raise Wrong("You cannot confirm without a payment method.", "payment_intent_unexpected_state", "payment_method")
    names = ("capture_method", "customer", "description", "metadata", "payment_method")
    fields = {name: values[name] for name in names if name in values}
    intent = account.new_intent(values["amount"], values["currency"], **fields)
    if values.get("confirm") and method:
        account.charge(intent, method, refused=LATER.get(account.cards[method["id"]]))
        if intent["last_payment_error"]:
            raise account.decline(intent)
    elif method:
        intent["status"] = "requires_confirmation"
    return intent


def capture_intent(account: Account, key: str, values: Thing) -> Thing:
    intent = account.get(key, "payment_intent", "intent", 404)
    if intent["status"] != "requires_capture":
        raise _unexpected(intent, "captured")
    ore = int(values["amount_to_capture"] if "amount_to_capture" in values else intent["amount_capturable"])
    if values.get("final_capture") is False:
        raise Wrong("Multicapture is not available for this payment.", None, "final_capture")
    if ore < 1:
        raise Wrong("Invalid positive integer", "parameter_invalid_integer", "amount_to_capture")
    if ore > intent["amount_capturable"]:
        raise Wrong("The amount to capture is more than can be captured.", "amount_too_large", "amount_to_capture")
    intent["metadata"] |= values.get("metadata") or {}
    account.capture(intent, ore)
    return intent


def cancel_intent(account: Account, key: str, values: Thing) -> Thing:
    intent = account.get(key, "payment_intent", "intent", 404)
    if intent["status"] in {"succeeded", "canceled"}:
        raise _unexpected(intent, "canceled")
    if intent["id"] in account.session_of and intent["status"] != "requires_capture":
        raise Wrong("This PaymentIntent belongs to a Checkout Session: expire that.", "payment_intent_unexpected_state")
    account.cancel(intent, values.get("cancellation_reason"))
    return intent


def detach_method(account: Account, key: str, _values: Thing) -> Thing:
    method = account.get(key, "payment_method", "payment_method", 404)
    if not method["customer"]:
        raise Wrong("The payment method you provided is not attached to a customer so detachment is impossible.")
    method["customer"] = None
    account.emit("payment_method.detached", method)
    return method


def _unexpected(intent: Thing, what: str) -> Wrong:
    message = f"This PaymentIntent could not be {what} because it has a status of {intent['status']}."
    return Wrong(message, "payment_intent_unexpected_state", payment_intent=dict(intent))


def create_refund(account: Account, _: str, values: Thing) -> Thing:
    if "payment_intent" in values:
        intent = account.intent(values["payment_intent"])
    elif "charge" in values:
        intent = account.intent(account.get(values["charge"], "charge", "charge")["payment_intent"])
    else:
        raise Wrong("One of the following params should be provided: payment_intent or charge.", "parameter_missing")
    return account.refund(intent, values.get("amount"), metadata=values.get("metadata"), reason=values.get("reason"))


def _retrieve(kind: str, param: str = "id") -> Act:
    return lambda account, key, _: account.get(key, kind, param, 404)


def _list(kind: str, path: str) -> Act:
    """Newest first, filtered by equal fields and ranges of time, in pages."""

    def act(account: Account, _: str, values: Thing) -> Thing:
        options = ("expand", "limit", "starting_after", "ending_before")
        wanted = {name: value for name, value in values.items() if name not in options}
        newest_first = [thing for thing in reversed(account.things.values()) if thing["object"] == kind]
        found = [thing for thing in newest_first if _fits(account, thing, wanted)]
        places = {thing["id"]: place for place, thing in enumerate(found)}
        limit = values.get("limit", 10)
        if not 1 <= limit <= 100:
            raise Wrong("limit is 1 to 100", "parameter_invalid_integer", "limit")
        for name in ("starting_after", "ending_before"):
            if values.get(name, next(iter(places), None)) not in {*places, None}:
                raise Wrong(f"No such {kind}: '{values[name]}'", "resource_missing", name)
        if "ending_before" in values:
            end = places[values["ending_before"]]
            page, more = found[max(0, end - limit) : end], end > limit
        else:
            start = places[values["starting_after"]] + 1 if "starting_after" in values else 0
            page, more = found[start : start + limit], len(found) > start + limit
        return {"object": "list", "url": path, "has_more": more, "data": page}

    return act


def _fits(account: Account, thing: Thing, wanted: Thing) -> bool:
    compare: dict[str, Callable[[int, int], bool]] = {
        "gt": int.__gt__, "gte": int.__ge__, "lt": int.__lt__, "lte": int.__le__,
    }  # fmt: skip
    for name, value in wanted.items():
        if name == "payout":
            if account.paid_out.get(thing["id"]) != value:
                return False
        elif isinstance(value, dict):
            if not all(compare[sign](thing[name], bound) for sign, bound in value.items()):
                return False
        elif thing.get(name) != value:
            return False
    return True


def _endpoint(method: str, path: str, params: Any, act: Act) -> Endpoint:
    return Endpoint(method, re.compile(path.replace("{id}", r"([^/]+)")), params, act)


INTENTS, SESSIONS = "/v1/payment_intents", "/v1/checkout/sessions"
BALANCE, PAYOUTS, DISPUTES, REFUNDS = "/v1/balance_transactions", "/v1/payouts", "/v1/disputes", "/v1/refunds"
ENDPOINTS = [
    _endpoint("POST", "/v1/customers", p.CustomerCreateParams, create_customer),
    _endpoint("GET", "/v1/customers/{id}", p.CustomerRetrieveParams, _retrieve("customer", "customer")),
    _endpoint("POST", SESSIONS, p.checkout.SessionCreateParams, create_session),
    _endpoint("GET", SESSIONS, p.checkout.SessionListParams, _list("checkout.session", SESSIONS)),
    _endpoint("GET", SESSIONS + "/{id}", p.checkout.SessionRetrieveParams, _retrieve("checkout.session", "session")),
    _endpoint("POST", SESSIONS + "/{id}/expire", p.checkout.SessionExpireParams, expire_session),
    _endpoint("POST", INTENTS, p.PaymentIntentCreateParams, create_intent),
    _endpoint("GET", INTENTS, p.PaymentIntentListParams, _list("payment_intent", INTENTS)),
    _endpoint("GET", INTENTS + "/{id}", p.PaymentIntentRetrieveParams, _retrieve("payment_intent", "intent")),
    _endpoint("POST", INTENTS + "/{id}/capture", p.PaymentIntentCaptureParams, capture_intent),
    _endpoint("POST", INTENTS + "/{id}/cancel", p.PaymentIntentCancelParams, cancel_intent),
    _endpoint("GET", "/v1/setup_intents/{id}", p.SetupIntentRetrieveParams, _retrieve("setup_intent", "intent")),
    _endpoint("POST", "/v1/payment_methods/{id}/detach", p.PaymentMethodDetachParams, detach_method),
    _endpoint("GET", "/v1/payment_methods/{id}", p.PaymentMethodRetrieveParams, _retrieve("payment_method")),
    _endpoint("POST", REFUNDS, p.RefundCreateParams, create_refund),
    _endpoint("GET", REFUNDS, p.RefundListParams, _list("refund", REFUNDS)),
    _endpoint("GET", REFUNDS + "/{id}", p.RefundRetrieveParams, _retrieve("refund")),
    _endpoint("GET", "/v1/charges/{id}", p.ChargeRetrieveParams, _retrieve("charge")),
    _endpoint("GET", BALANCE, p.BalanceTransactionListParams, _list("balance_transaction", BALANCE)),
    _endpoint("GET", BALANCE + "/{id}", p.BalanceTransactionRetrieveParams, _retrieve("balance_transaction")),
    _endpoint("GET", PAYOUTS, p.PayoutListParams, _list("payout", PAYOUTS)),
    _endpoint("GET", PAYOUTS + "/{id}", p.PayoutRetrieveParams, _retrieve("payout")),
    _endpoint("GET", DISPUTES, p.DisputeListParams, _list("dispute", DISPUTES)),
    _endpoint("GET", DISPUTES + "/{id}", p.DisputeRetrieveParams, _retrieve("dispute")),
    _endpoint("GET", "/v1/events/{id}", p.EventRetrieveParams, _retrieve("event")),
]
