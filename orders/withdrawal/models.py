"""What buyers have withdrawn from: the statement as it came, what it concerns, and what was done about it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orders.models import Order, OrderLine
from orders.reversals.models import Refund
from shop.db import Base, Ore


class Withdrawal(Base):
    """One statement of withdrawal, kept as it was sent (forbrugeraftaleloven § 20 a). `state` is moved by `move()`.

    `key` is drawn with the first page, so that a button pressed twice is one statement; it is also the secret in the
    address of the receipt. `order_id` is null until somebody has seen which order is meant. `deadline_on` is the last
    day of the right (null: nothing delivered yet), `in_time` null while no order is known. `opened` are the shares of
    sealed goods that came back opened, `reduction_ore` (gross) what the goods lost in value by use (§ 24).
    """

    __tablename__ = "withdrawal"
    __table_args__ = (
        CheckConstraint("reduction_ore >= 0", name="reduction"),
        CheckConstraint("reduction_ore = 0 OR reduction_why <> ''", name="reduction_why"),
        Index("ix_withdrawal_state_received_at", "state", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("order.id"), index=True)
    typed_number: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(255))
    by_link: Mapped[bool] = mapped_column(default=False)  # sent from the order's own page: whoever did has its link
    whole: Mapped[bool] = mapped_column(default=False)  # the whole order was meant, whatever that was
    said: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(2))
    received_at: Mapped[datetime]
    deadline_on: Mapped[date | None]
    in_time: Mapped[bool | None]
    state: Mapped[str] = mapped_column(String(12))
    first_id: Mapped[int | None] = mapped_column(ForeignKey("withdrawal.id"))  # said once more: this was the first time
    goods_back_at: Mapped[datetime | None]
    stock_back: Mapped[bool] = mapped_column(default=False)
    opened: Mapped[list[Any]] = mapped_column(default=list)
    reduction_ore: Mapped[int] = mapped_column(Ore, default=0)
    reduction_why: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None]
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refund.id"))
    answer: Mapped[str] = mapped_column(Text, default="")  # why it was declined, as the buyer was told
    order: Mapped[Order | None] = relationship()
    refund: Mapped[Refund | None] = relationship()
    lines: Mapped[list["WithdrawalLine"]] = relationship(
        back_populates="withdrawal", order_by="WithdrawalLine.line_id", cascade="all, delete-orphan"
    )

    @property
    def picks(self) -> dict[int, int]:
        """Pieces by the id of their line."""
        return {line.line_id: line.quantity for line in self.lines}


class WithdrawalLine(Base):
    """So many pieces of one line are withdrawn from."""

    __tablename__ = "withdrawal_line"
    __table_args__ = (
        UniqueConstraint("withdrawal_id", "line_id"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    withdrawal_id: Mapped[int] = mapped_column(ForeignKey("withdrawal.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    quantity: Mapped[int]
    withdrawal: Mapped[Withdrawal] = relationship(back_populates="lines")
    line: Mapped[OrderLine] = relationship()
