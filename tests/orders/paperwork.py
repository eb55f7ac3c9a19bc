"""Orders with their documents, and what a PDF says and how it is built, for the tests of documents."""

import io
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pdfua.validator import Validator
from pypdf import PdfReader
from sqlalchemy import select

from orders.documents.issue import find_invoice, issue_credit_note, issue_invoice
from orders.documents.lines import InvoiceLine, order_lines
from orders.documents.models import Document
from orders.models import PUBLIC, Order
from orders.organisation import Organisation
from shop.address import PostalAddress
from shop.days import utc_now
from shop.db import db, transaction
from tests.tools.world import fulfil, pay, place_order

MUNICIPALITY = Organisation("Eksempel Kommune", "12345674", "5798009811578", "HAHA", "REK-778", "1234567890")
TOWN_HALL = PostalAddress("Eksempel Kommune", "Hanne Hansen", "Rådhuspladsen 1", "", "8000", "Aarhus C")


def sent_order(**more: Any) -> Order:
    """An order of two baskets and an item, paid and sent: its invoice is issued."""
    order = place_order([("kaffepausen", 2), ("den-groenne-kurv", 1)], [("opvaskeboerste", 3)], **more)
    pay(order)
    fulfil(order)
    return order


def public_order(**more: Any) -> Order:
    """The same, of a public body that said everything its invoice may hold."""
    return sent_order(buyer=TOWN_HALL, buyer_kind=PUBLIC, organisation=MUNICIPALITY, **more)


def invoice_of(order: Order) -> Document:
    found = find_invoice(order.id)
    assert found is not None
    return found


def invoiced(lines: int = 0, **more: Any) -> Document:
    """An invoice that the worker has not been told of; with so many lines, or the order's own."""
    order = place_order([("kaffepausen", 1)], **more)
    with transaction():
        own = order_lines(order)
        many = [replace(own[0], text_da=f"Kaffepausen {number}") for number in range(1, lines)] + own[-1:]
        return issue_invoice(order, now=utc_now(), lines=many if lines else None, render=False)


def credited(order: Order, lines: list[InvoiceLine] | None = None, **more: Any) -> Document:
    """A credit note about an order's invoice: of everything, or of some lines."""
    with transaction():
        order = db.session.scalars(select(Order).where(Order.id == order.id).with_for_update()).one()
        values = {"refund_id": None, "why": "Fortrydelse", "now": utc_now(), "render": False, **more}
        return issue_credit_note(order, about=invoice_of(order), lines=lines or order_lines(order), **values)


# --- PDFs -------------------------------------------------------------------------------------------------------------


def said_in(pdf: bytes) -> str:
    """The words of a PDF."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def findings(pdf: bytes) -> list[str]:
    """What `pdfua check` finds in a PDF, warnings too."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        Path(file.name).write_bytes(pdf)
        report = Validator().validate(file.name)
    return [f"{found.rule_id}: {found.message}" for found in report.findings]


class Tagged:
    """The structure of a tagged PDF, as a screen reader goes through it."""

    def __init__(self, pdf: bytes) -> None:
        self.reader = PdfReader(io.BytesIO(pdf))
        catalogue: Any = self.reader.root_object
        self.catalogue = catalogue
        metadata: Any = self.catalogue["/Metadata"]
        self.metadata = metadata.get_object().get_data().decode()

    def elements(self, kind: str = "") -> list[Any]:
        """Every element of a kind ("/TH"), in reading order; all of them without one."""
        return [found for found in self._below(self.catalogue["/StructTreeRoot"]["/K"]) if kind in ("", found["/S"])]

    def within(self, element: Any, kind: str) -> list[Any]:
        return [found for found in self._below(element.get("/K", [])) if found["/S"] == kind]

    def _below(self, kids: Any) -> Iterator[Any]:
        for kid in kids if isinstance(kids, list) else [kids]:
            found = kid.get_object()
            if isinstance(found, dict) and "/S" in found:
                yield found
                yield from self._below(found.get("/K", []))
