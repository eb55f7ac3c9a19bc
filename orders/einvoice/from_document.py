"""An organisation's frozen document as an e-invoice. A private buyer's has none."""

import re
from datetime import date
from typing import Any

from orders.einvoice.values import (
    BANK_ACCOUNT,
    BASKET_UNIT,
    CARD,
    CREDIT_NOTE,
    CVR,
    FIK,
    FREIGHT,
    GLN,
    IBAN,
    INVOICE,
    PIECE_UNIT,
    About,
    Adjustment,
    Attachment,
    EInvoice,
    Group,
    Line,
    Party,
    Payment,
    Place,
)

_BASKET_LINE, _FREIGHT_LINE = "basket", "freight"  # kinds of order lines
_SLIP = re.compile(r"\+71<([0-9]{15})\+([0-9]{8})<")


def einvoice_of(data: dict[str, Any], attachments: tuple[Attachment, ...] = ()) -> EInvoice:
    """The e-invoice of what was frozen. `attachments`: the finished pages, for the document that is sent."""
    organisation = data["organisation"]
    lines = [one for one in data["lines"] if one["kind"] != _FREIGHT_LINE or one["discount_ore"]]
    freight = [one for one in data["lines"] if one not in lines]
    if not lines:  # freight alone is given back: a document has a line
        lines, freight = freight, []
    credit = data["kind"] == CREDIT_NOTE
    due_on = date.fromisoformat(data["due_on"]) if data.get("due_on") else None
    paid = not credit and due_on is None
    return EInvoice(
        kind=CREDIT_NOTE if credit else INVOICE,
        number=data["number"],
        issued_on=date.fromisoformat(data["issued_on"]),
        due_on=due_on,
        seller=_seller(data["seller"]),
        buyer=_buyer(data["buyer"], organisation),
        note=data.get("why", ""),
        account_string=organisation.get("account_string", ""),
        reference=organisation.get("reference", ""),
        requisition=organisation.get("requisition", ""),
        order_number=data["order_number"],
        about=_about(data),
        delivered_on=date.fromisoformat(data["delivered_on"]) if data.get("delivered_on") else None,
        payment=None if credit else _payment(data),
        terms=_terms(data, due_on, paid=paid) if not credit else "",
        lines=tuple(_line(one) for one in lines),
        adjustments=tuple(_freight(one) for one in freight),
        groups=tuple(Group(one["category"], one["rate_bp"], one["net_ore"], one["vat_ore"]) for one in data["groups"]),
        prepaid_ore=data["gross_ore"] if paid else data.get("paid_ore", 0),
        attachments=attachments,
    )


def _about(data: dict[str, Any]) -> About | None:
    """The invoice that a credit note is about (BT-25), or that an invoice stands in for."""
    of = data.get("of") or data.get("replaces")
    return About(of["number"], date.fromisoformat(of["issued_on"])) if of else None


def _seller(seller: dict[str, Any]) -> Party:
    place = Place(seller["address"], "", seller["postcode"], seller["city"])
    cvr = re.sub(r"\D", "", seller["cvr"])
    return Party(
        seller["name"], cvr, cvr, CVR, place, vat_no=seller["vat_no"], contact=seller["name"],
        phone=seller["phone"], email=seller["email"],
    )  # fmt: skip


def _buyer(buyer: dict[str, Any], organisation: dict[str, Any]) -> Party:
    """A GLN is where it is sent to, when there is one; else the CVR number."""
    gln, cvr = organisation.get("gln", ""), organisation.get("cvr", "")
    return Party(
        organisation["name"], cvr, gln or cvr, GLN if gln else CVR,
        Place(buyer["line1"], buyer["line2"], buyer["postcode"], buyer["city"], buyer.get("country") or "DK"),
        contact=organisation["contact"], phone=organisation["phone"], email=organisation["email"],
    )  # fmt: skip


def _payment(data: dict[str, Any]) -> Payment:
    """How it is to be paid: by the slip when the seller has a creditor number, else to its account, else its IBAN."""
    seller = data["seller"]
    if not data.get("due_on"):
        return Payment(CARD, data["number"])
    slip = _SLIP.match(data.get("fik", ""))
    if slip:
        return Payment(FIK, f"71#{slip[1]}", slip[2])
    if seller.get("bank_reg") and seller.get("bank_account"):
        return Payment(BANK_ACCOUNT, data["number"], seller["bank_account"], seller["bank_reg"])
    return Payment(IBAN, data["number"], seller.get("iban", ""))


def _terms(data: dict[str, Any], due_on: date | None, *, paid: bool) -> str:
    """The terms in words, in the document's own language."""
    danish = data["language"] == "da"
    if paid:
        return "Betalt med kort" if danish else "Paid by card"
    assert due_on is not None
    days = (due_on - date.fromisoformat(data["issued_on"])).days
    return f"Netto {days} dage" if danish else f"Net {days} days"


def _line(line: dict[str, Any]) -> Line:
    return Line(
        line["text"], ", ".join(line["contents"]), line["quantity"],
        BASKET_UNIT if line["kind"] == _BASKET_LINE else PIECE_UNIT,
        line["unit_parts"], line["net_ore"], line["vat_category"], line["vat_rate_bp"], line["discount_ore"],
    )  # fmt: skip


def _freight(line: dict[str, Any]) -> Adjustment:
    return Adjustment(True, FREIGHT, line["text"], line["net_ore"], line["vat_category"], line["vat_rate_bp"])
