"""The letters about a withdrawal: the receipt with its moment, the money that comes back, the no with its reason."""

from typing import Any

from orders.withdrawal.models import Withdrawal
from orders.withdrawal.words import kept_names, said_lines, unmatched, what_now
from orders.words import COMPLAINT
from shop.db import db
from shop.mail.post import prepares
from shop.settings.read import seller
from shop.web.absolute import absolute


@prepares("withdrawal_receipt")
def receipt(values: dict[str, Any]) -> dict[str, Any]:
    """What was said, with date and time (forbrugeraftaleloven § 20 a)."""
    one = db.session.get_one(Withdrawal, values["withdrawal_id"])
    first = db.session.get_one(Withdrawal, one.first_id) if one.first_id else None
    return {**_basics(one), "now": unmatched(one) if one.order_id is None else what_now(one), "first": first}


@prepares("withdrawal_refunded")
def refunded(values: dict[str, Any]) -> dict[str, Any]:
    """What is paid back, and what was not and why."""
    one = db.session.get_one(Withdrawal, values["withdrawal_id"])
    assert one.refund is not None, "a withdrawal that is paid back has its refund"
    return {**_basics(one), "ore": one.refund.gross_ore, "kept": kept_names(one)}


@prepares("withdrawal_declined")
def declined(values: dict[str, Any]) -> dict[str, Any]:
    """Why not, and where one can complain."""
    return _basics(db.session.get_one(Withdrawal, values["withdrawal_id"]))


def _basics(one: Withdrawal) -> dict[str, Any]:
    return {
        "one": one,
        "said": said_lines(one),
        "link": absolute(f"/fortryd/kvittering/{one.key}"),
        "seller": seller(),
        "complaint": COMPLAINT,
    }
