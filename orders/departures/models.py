"""The parcels an order leaves in, when it does not leave all at once."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orders.models import Order, OrderLine
from shop.db import Base, Ore


class Departure(Base):
    """One of several parcels of an order, in the order they left (`no` from 1). `gross_ore`: what its sale was booked
    at, in øre with VAT. An order that leaves all at once has none."""

    __tablename__ = "departure"
    __table_args__ = (UniqueConstraint("order_id", "no"), CheckConstraint("no > 0", name="no"))

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    no: Mapped[int]
    at: Mapped[datetime]
    gross_ore: Mapped[int] = mapped_column(Ore)
    order: Mapped[Order] = relationship()
    lines: Mapped[list["DepartureLine"]] = relationship(back_populates="departure", order_by="DepartureLine.line_id")


class DepartureLine(Base):
    """How many pieces of a line were in the parcel, of how many that were to leave when the first one did."""

    __tablename__ = "departure_line"
    __table_args__ = (CheckConstraint("pieces >= 0 AND pieces <= whole", name="pieces"),)

    departure_id: Mapped[int] = mapped_column(ForeignKey("departure.id"), primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), primary_key=True, index=True)
    pieces: Mapped[int]
    whole: Mapped[int]
    departure: Mapped[Departure] = relationship(back_populates="lines")
    line: Mapped[OrderLine] = relationship()
