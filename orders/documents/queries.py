"""What pages and the command line read of documents."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from orders.documents.einvoices import is_einvoice
from orders.documents.models import Document
from orders.documents.store import path_of
from orders.models import Order
from shop.db import db
from shop.listing import Paged, contains, paged

TROUBLE, ALL = "trouble", "all"


def documents_of(order_id: int) -> Sequence[Document]:
    """The documents of an order that have not been erased, oldest first."""
    return db.session.scalars(
        select(Document).where(Document.order_id == order_id, Document.erased_at.is_(None)).order_by(Document.id)
    ).all()


def find_document(number: str, *, order_id: int | None = None) -> Document | None:
    """A document by its number, of one order when that is given; None when it is erased, or another's."""
    query = select(Document).where(Document.number == number, Document.erased_at.is_(None))
    return db.session.scalar(query.where(Document.order_id == order_id) if order_id is not None else query)


def office_documents(which: str, search: str, side: int) -> Paged[Document]:
    """A page of documents, newest first: all, or those whose PDF could not be made; by number, order or buyer."""
    query = select(Document).join(Document.order).options(joinedload(Document.order)).order_by(Document.id.desc())
    if which == TROUBLE:
        query = query.where(Document.error != "")
    if search:
        query = query.where(contains(search, Document.number, Order.number, Order.buyer_name, Order.buyer_email))
    return paged(query, side)


# How many documents have a PDF that could not be made: a number that another question may ask for in passing.
IN_TROUBLE = select(func.count()).select_from(Document).where(Document.error != "").scalar_subquery()


def documents_in_trouble() -> int:
    """The same, asked for alone."""
    return int(db.session.scalar(select(IN_TROUBLE)) or 0)


def documents_as_json() -> list[dict[str, Any]]:
    """Every document in the order it was issued. Amounts in øre, positive on a credit note too; no personal data.

    `einvoice`: whether it is a company's or a public body's, and so has one.
    `file` is where its PDF lies, null until it has been made.
    """
    rows = db.session.scalars(select(Document).options(joinedload(Document.about)).order_by(Document.id))
    return [
        {
            "number": row.number,
            "kind": row.kind,
            "series": row.series,
            "serial": row.serial,
            "issued_on": row.issued_on.isoformat(),
            "about": row.about.number if row.about else None,
            "net_ore": row.net_ore,
            "vat_ore": row.vat_ore,
            "gross_ore": row.gross_ore,
            "einvoice": is_einvoice(row),
            "file": str(path_of(row.file)) if row.file else None,
        }
        for row in rows
    ]
