"""The sandbox bank's page: it plays the bank, so that the whole way can be walked without real money."""

from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, request

from orders.payments.gateway import STARTED
from orders.payments.inbox import sandbox_says, sandbox_says_later
from orders.payments.models import SandboxPayment
from orders.payments.queries import find_sandbox_payment
from orders.payments.sandbox import later_choices
from orders.payments.words import LATER_AT_BANK
from shop.days import utc_now
from shop.db import transaction

door = Blueprint("payments", __name__)
CHOICES = {"betal": "pay", "afvis": "decline", "senere": "late"}


@door.get("/bank/<foreign_id>")
def bank(foreign_id: str) -> Response:
    """What the customer of the bank that is played sees; afterwards, what the bank can still do."""
    row = _found(foreign_id)
    response = make_response(
        render_template(
            "storefront/payments/bank.html",
            payment=row,
            is_open=row.state == STARTED,
            later=[(name, LATER_AT_BANK[name]) for name in later_choices(row)],
        )
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@door.post("/bank/<foreign_id>")
def bank_answers(foreign_id: str) -> Response:
    """Pay, decline or pay later; a payment that is over stays as it is, and the order's page says how it went."""
    choice = CHOICES.get(request.form.get("valg", ""))
    if choice is None:
        abort(400)
    with transaction():
        row = _found(foreign_id, lock=True)
        if row.state == STARTED:
            sandbox_says(row, choice, now=utc_now())
        back = row.back_url
    return make_response(redirect(back, 303))


@door.post("/bank/<foreign_id>/senere")
def bank_acts_later(foreign_id: str) -> Response:
    """What a bank may do later. What cannot happen to the payment as it is now does not."""
    choice = request.form.get("valg", "")
    with transaction():
        row = _found(foreign_id, lock=True)
        if choice in later_choices(row):
            sandbox_says_later(row, choice, now=utc_now())
    return make_response(redirect(f"/bank/{foreign_id[:80]}", 303))


def _found(foreign_id: str, *, lock: bool = False) -> SandboxPayment:
    row = find_sandbox_payment(foreign_id[:80], lock=lock) if current_app.config["SETTINGS"].bank == "sandbox" else None
    if row is None:
        abort(404)
    return row
