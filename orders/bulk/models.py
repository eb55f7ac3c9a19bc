"""Many orders moved by one press of a button: what was asked for, and how it went with each of them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orders.models import Order
from shop.db import Base

WAITING, DONE, REFUSED = "waiting", "done", "refused"
CONFIRM, PACK, SEND, CLOSE, CANCEL = VERBS = ("confirm", "pack", "send", "close", "cancel")


class BulkMove(Base):
    """One move of many orders. `key` is the form's own: sent twice, it is one. `done_at`: nothing waits any more."""

    __tablename__ = "bulk_move"
    __table_args__ = (
        CheckConstraint(f"verb IN {VERBS}", name="verb"),
        CheckConstraint("total > 0", name="total"),
        Index("ix_bulk_move_done_at", "done_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    verb: Mapped[str] = mapped_column(String(10))
    why: Mapped[str] = mapped_column(String(500), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    by_name: Mapped[str] = mapped_column(String(200))
    total: Mapped[int]
    begun_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class BulkMoveItem(Base):
    """One order of a bulk move, as the coordinator saw it; moved or refused once, with the reason in both languages."""

    __tablename__ = "bulk_move_item"
    __table_args__ = (
        UniqueConstraint("bulk_move_id", "order_id"),
        UniqueConstraint("bulk_move_id", "position"),
        CheckConstraint(f"state IN {(WAITING, DONE, REFUSED)}", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bulk_move_id: Mapped[int] = mapped_column(ForeignKey("bulk_move.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    position: Mapped[int]
    seen_state: Mapped[str] = mapped_column(String(12))
    seen_on: Mapped[date]  # the packing day
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    sentence_da: Mapped[str] = mapped_column(String(500), default="")
    sentence_en: Mapped[str] = mapped_column(String(500), default="")
    done_at: Mapped[datetime | None]
    order: Mapped[Order] = relationship()
