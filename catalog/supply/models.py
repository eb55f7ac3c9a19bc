"""How much there is of something, and every move of it.

One table holds every limit that can be oversold: pieces on hand, pieces a week, pieces agreed in an offer. They are
locked and taken in id order, whatever they are, so that two buyers can never wait for each other.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base

STOCK, WEEK, OFFER = "stock", "week", "offer"


class Supply(Base):
    """A limit and how much of it is spoken for, in pieces. The database refuses more taken than there is.

    `most` is what may be promised: what is on hand, or what has been promised when a count found less than that. Then
    `short` is what is missing, nothing more can be promised, and what lies on the shelf is `most - short`.
    """

    __tablename__ = "supply"
    __table_args__ = (
        UniqueConstraint("kind", "item_id", "part"),
        CheckConstraint("taken >= 0 AND taken <= most", name="not_oversold"),
        CheckConstraint("short = 0 OR (short > 0 AND short <= most AND taken = most)", name="short"),
        CheckConstraint(f"kind IN {(STOCK, WEEK, OFFER)}", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    part: Mapped[str] = mapped_column(String(20), default="")  # the ISO week, or the offer's id
    most: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    short: Mapped[int] = mapped_column(default=0, server_default="0")

    @property
    def on_hand(self) -> int:
        return self.most - self.short


class SupplyMove(Base):
    """One move: appended, never changed. `reference` is unique, so that nothing is reserved or released twice."""

    __tablename__ = "supply_move"
    __table_args__ = (Index("ix_supply_move_supply_id", "supply_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    supply_id: Mapped[int] = mapped_column(ForeignKey("supply.id"))
    kind: Mapped[str] = mapped_column(String(10))  # receipt, reserve, take, release, return, count, write_off
    pieces: Mapped[int]
    reference: Mapped[str] = mapped_column(String(120), unique=True)
    at: Mapped[datetime]
    why: Mapped[str] = mapped_column(String(300), default="", server_default="")
    lot: Mapped[str] = mapped_column(String(40), default="", server_default="")  # the code, as it was typed
    by_name: Mapped[str] = mapped_column(String(200), default="", server_default="")


class Lot(Base):
    """Pieces of an item that were made together and keep until the same day; `pieces` of them lie on the shelf.

    Whoever changes a lot holds the lock of its item's shelf. What lies there beyond the lots is without a date.
    """

    __tablename__ = "lot"
    __table_args__ = (
        UniqueConstraint("item_id", "code"),
        CheckConstraint("pieces >= 0", name="pieces"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    code: Mapped[str] = mapped_column(String(40))
    best_before: Mapped[date | None]
    pieces: Mapped[int]
    at: Mapped[datetime]


class LotMove(Base):
    """Pieces of a lot that have left or come: appended, never changed. `whose` is the number of the order they are in.

    So a recall finds everybody who got a lot by one question.
    """

    __tablename__ = "lot_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    pieces: Mapped[int]
    reference: Mapped[str] = mapped_column(String(120), unique=True)
    whose: Mapped[str] = mapped_column(String(20), default="")
    at: Mapped[datetime]
