"""The letters that bring an invoice or a credit note: their PDF is attached."""

from datetime import date
from typing import Any

from orders.documents.made import pdf_of
from orders.documents.models import Document
from shop.db import db
from shop.mail.post import prepares
from shop.settings.read import seller
from shop.web.absolute import absolute


@prepares("invoice")
def invoice(values: dict[str, Any]) -> dict[str, Any]:
    """Here is your invoice, and until when it is to be paid if it is not drawn."""
    found = _with_pdf(values)
    due_on = found["document"].data["due_on"]
    return {**found, "due_on": date.fromisoformat(due_on) if due_on else None}


@prepares("credit_note")
def credit_note(values: dict[str, Any]) -> dict[str, Any]:
    """You get money back, and why."""
    return _with_pdf(values)


def _with_pdf(values: dict[str, Any]) -> dict[str, Any]:
    document = db.session.get_one(Document, values["document_id"])
    order = document.order
    return {
        "document": document,
        "order": order,
        "link": absolute(f"/ordre/{order.token}"),
        "seller": seller(),
        "attachments": [(f"{document.number}.pdf", "application/pdf", pdf_of(document, apart=False))],
    }
