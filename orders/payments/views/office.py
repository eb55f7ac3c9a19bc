"""The office's page of what the card acquirer has transferred."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from orders.payments.payouts import payouts
from orders.payments.words import MOVEMENTS
from shop.people.guards import coordinator_only

door = Blueprint("payments_office", __name__)


@door.get("/kontor/penge/kortindloeser")
@coordinator_only
def transferred() -> ResponseReturnValue:
    """Every payout, and the orders it is made of."""
    return render_template("office/payments/payouts.html", payouts=payouts(), kinds=MOVEMENTS)
