"""What comes after an order: what its buyer has reported, and the parcels that follow the first."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orders.models import Order
from orders.reversals.models import AS_SOLD, BY_ALL, BY_ENTERPRISE, BY_POT
from shop.db import Base, Ore
from shop.people.models import Enterprise

DAMAGED, MISSING, WRONG, LOST = KINDS = "damaged", "missing", "wrong", "lost"
REPLACEMENT, AGAIN = "replacement", "again"
BEARERS = AS_SOLD, BY_POT, BY_ENTERPRISE, BY_ALL  # as a refund's bearers are called


class Report(Base):
    """A buyer says that something is wrong with what came, or that nothing came. `state` is moved by `move_report()`.

    `key` is the form's own: sent twice it is one report. `photo` names a file of `orders.after.photos`, or is empty.
    What was said, shown and answered is erased the set days after it was reported; the rest of the row stays.
    """

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"bearer IN {('', *BEARERS)}", name="bearer"),
        CheckConstraint("(bearer = 'enterprise') = (bearer_id IS NOT NULL)", name="bearer_id"),
        Index("ix_report_state_reported_at", "state", "reported_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    said: Mapped[str] = mapped_column(Text)
    photo: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[str] = mapped_column(String(10))
    reported_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(String(200), default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    refund_ore: Mapped[int] = mapped_column(Ore, default=0)  # gross, what the buyer got back
    bearer: Mapped[str] = mapped_column(String(12), default="")
    bearer_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"))
    erased_at: Mapped[datetime | None]
    order: Mapped[Order] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()


class Parcel(Base):
    """A parcel that costs the buyer nothing: a replacement, or the first one again after it came back.

    `recipient` is a copy of who gets it. `lines` says what is in it: dicts with `line_id`, `pieces`, `text_da`,
    `text_en`, and for a replacement the `item_id` of the goods. `state` is moved by `move_parcel()`.
    """

    __tablename__ = "parcel"
    __table_args__ = (
        CheckConstraint(f"kind IN {(REPLACEMENT, AGAIN)}", name="kind"),
        CheckConstraint(f"bearer IN {BEARERS}", name="bearer"),
        CheckConstraint("(bearer = 'enterprise') = (bearer_id IS NOT NULL)", name="bearer_id"),
        Index("ix_parcel_state_pack_on", "state", "pack_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10))
    recipient: Mapped[dict[str, Any]] = mapped_column(default=dict)
    delivery: Mapped[str] = mapped_column(String(10))
    lines: Mapped[list[Any]] = mapped_column(default=list)
    wanted_on: Mapped[date | None]
    pack_on: Mapped[date | None]
    bearer: Mapped[str] = mapped_column(String(12))
    bearer_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))
    packed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    back_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]
    order: Mapped[Order] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()


class ParcelSupply(Base):
    """What a parcel holds of a limit until it is packed, so that it can be taken or given back."""

    __tablename__ = "parcel_supply"
    __table_args__ = (UniqueConstraint("parcel_id", "supply_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"))
    supply_id: Mapped[int] = mapped_column(ForeignKey("supply.id"), index=True)
    pieces: Mapped[int]
