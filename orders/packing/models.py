"""What packing keeps: lists of what suppliers bring, what was received, how far each order is, prints and tracking."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orders.models import Order
from shop.db import Base
from shop.people.models import Enterprise

CARDS, LABELS = "cards", "labels"


class InboundList(Base):
    """One revision of what an enterprise brings by a day. Never changed: when orders change, the next one is issued.

    `lines` are dicts with `item_id`, `name_da`, `name_en` and `pieces`.
    """

    __tablename__ = "inbound_list"
    __table_args__ = (
        UniqueConstraint("enterprise_id", "due_on", "revision"),
        Index("ix_inbound_list_due_on", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"))
    due_on: Mapped[date]
    revision: Mapped[int]
    lines: Mapped[list[Any]] = mapped_column(default=list)
    issued_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))
    enterprise: Mapped[Enterprise] = relationship()


class InboundCount(Base):
    """How many pieces of an item have come for a day. Counted again, the new number stands; the journal has the old."""

    __tablename__ = "inbound_count"
    __table_args__ = (
        UniqueConstraint("item_id", "due_on"),
        CheckConstraint("pieces >= 0", name="pieces"),
        Index("ix_inbound_count_due_on", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    due_on: Mapped[date]
    pieces: Mapped[int]
    at: Mapped[datetime]


class PackingWork(Base):
    """Who is packing an order: one tablet at a time. Done, the name is gone: minutes are never anybody's own."""

    __tablename__ = "packing_work"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), unique=True)
    tablet: Mapped[str] = mapped_column(String(32))
    by_name: Mapped[str] = mapped_column(String(200))
    begun_at: Mapped[datetime]
    touched_at: Mapped[datetime]


class PackingStep(Base):
    """One thing that has been put into an order's parcels, and the lot it was of when it was scanned."""

    __tablename__ = "packing_step"
    __table_args__ = (UniqueConstraint("order_id", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    step: Mapped[str] = mapped_column(String(60))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    at: Mapped[datetime]


class PackingMinutes(Base):
    """How long a batch took, all hands together. `key` is the form's own: sent twice, it is noted once."""

    __tablename__ = "packing_minutes"
    __table_args__ = (CheckConstraint("minutes > 0 AND parcels > 0", name="positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    day: Mapped[date] = mapped_column(index=True)
    batch: Mapped[str] = mapped_column(String(200))
    parcels: Mapped[int]
    minutes: Mapped[int]
    at: Mapped[datetime]


class PrintRun(Base):
    """One print of a day's cards or labels: which orders, in which order, by whom. `no` counts up a day's prints."""

    __tablename__ = "print_run"
    __table_args__ = (
        UniqueConstraint("day", "kind", "no"),
        CheckConstraint(f"kind IN {(CARDS, LABELS)}", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    day: Mapped[date]
    kind: Mapped[str] = mapped_column(String(10))
    no: Mapped[int]
    orders: Mapped[list[Any]] = mapped_column(default=list)
    pieces: Mapped[int]
    at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))


class Tracking(Base):
    """The number under which a carrier knows a parcel of an order. Erased with the recipient."""

    __tablename__ = "tracking"
    __table_args__ = (UniqueConstraint("order_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    number: Mapped[str] = mapped_column(String(60))
    carrier: Mapped[str] = mapped_column(String(60), default="")
    at: Mapped[datetime]
    order: Mapped[Order] = relationship()
