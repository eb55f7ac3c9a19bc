"""Numbered documents, frozen when they are issued, and the series their numbers come from."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orders.models import Order
from shop.db import Base, Ore

INVOICE, CREDIT_NOTE = "invoice", "credit_note"
_FIRST_INVOICE, _IN_TROUBLE = text("kind = 'invoice' AND replaces_id IS NULL"), text("error <> ''")


class NumberSeries(Base):
    """A series of numbers without gaps: what stands before the number, and the last number taken. Never lowered."""

    __tablename__ = "number_series"

    series: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int]


class Document(Base):
    """A document as it was issued: `data` is everything its pages need, `file` the SHA-256 of its PDF and ".pdf".

    Amounts in øre, positive on a credit note too; `about` is the invoice that a credit note refers to, `replaces` the
    one that this invoice stands in for: an order has one first invoice, and each is replaced once. `file` is empty
    until the PDF has been made, `error` says why it has not. Triggers let nothing else change, and no row go; an erased
    document keeps number, date, totals and hash.
    """

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("series", "serial"),
        CheckConstraint("gross_ore = net_ore + vat_ore", name="sums"),
        CheckConstraint("serial > 0", name="serial"),
        Index(
            "uq_document_invoice_of_order", "order_id", unique=True,
            sqlite_where=_FIRST_INVOICE, postgresql_where=_FIRST_INVOICE,
        ),
        Index("uq_document_replaces_id", "replaces_id", unique=True),
        Index("ix_document_error", "id", sqlite_where=_IN_TROUBLE, postgresql_where=_IN_TROUBLE),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    series: Mapped[str] = mapped_column(String(40))
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(String(40), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refund.id"), unique=True)
    about_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    issued_on: Mapped[date] = mapped_column(index=True)  # the day in Copenhagen
    issued_at: Mapped[datetime]
    language: Mapped[str] = mapped_column(String(2))
    net_ore: Mapped[int] = mapped_column(Ore)
    vat_ore: Mapped[int] = mapped_column(Ore)
    gross_ore: Mapped[int] = mapped_column(Ore)
    data: Mapped[dict[str, Any]]
    data_hash: Mapped[str] = mapped_column(String(64))
    file: Mapped[str | None] = mapped_column(String(80))
    error: Mapped[str] = mapped_column(Text, default="")
    erased_at: Mapped[datetime | None]
    order: Mapped[Order] = relationship()
    about: Mapped["Document | None"] = relationship(remote_side="Document.id", foreign_keys=[about_id])
