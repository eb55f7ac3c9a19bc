"""How far an e-invoice is on its way to whoever it is for."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orders.documents.models import Document
from shop.db import Base


class Dispatch(Base):
    """One document's way to its receiver: by which way, how far, and what the other side said.

    `reference` is the other side's own name for it. `why`: what it was rejected for, or what went wrong last. What
    happened to it, one after the other, is in the journal of the order.
    """

    __tablename__ = "einvoice_dispatch"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), unique=True)
    way: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10), index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    reference: Mapped[str] = mapped_column(String(200), default="")
    why: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    document: Mapped[Document] = relationship()
