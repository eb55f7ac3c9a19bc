"""How much there is of something, and every move of it.

One table holds every limit that can be oversold: pieces on hand, pieces a week, pieces agreed in an offer. They are
locked and taken in id order, whatever they are, so that two buyers can never wait for each other.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base

STOCK, WEEK, OFFER = "stock", "week", "offer"


class Supply(Base):
    """A limit and how much of it is spoken for, in pieces. The database refuses more taken than there is."""

    __tablename__ = "supply"
    __table_args__ = (
        UniqueConstraint("kind", "item_id", "part"),
        CheckConstraint("taken >= 0 AND taken <= most", name="not_oversold"),
        CheckConstraint(f"kind IN {(STOCK, WEEK, OFFER)}", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    part: Mapped[str] = mapped_column(String(20), default="")  # the ISO week, or the offer's id
    most: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)


class SupplyMove(Base):
    """One move: appended, never changed. `reference` is unique, so that nothing is reserved or released twice."""

    __tablename__ = "supply_move"
    __table_args__ = (Index("ix_supply_move_supply_id", "supply_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    supply_id: Mapped[int] = mapped_column(ForeignKey("supply.id"))
    kind: Mapped[str] = mapped_column(String(10))  # receipt, reserve, take, release
    pieces: Mapped[int]
    reference: Mapped[str] = mapped_column(String(120), unique=True)
    at: Mapped[datetime]
