"""Reminders of what a buyer owes, as they were sent."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orders.models import Order
from shop.db import Base, Ore

FRIENDLY, SECOND, LAST = LEVELS = 1, 2, 3


class Reminder(Base):
    """One reminder: what was owed before it, what it added (fee, interest), and until when it is to be paid. In øre.

    `key` is the order and the level: each level is sent once. Rows are added, never changed.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        CheckConstraint(f"level IN {LEVELS}", name="level"),
        CheckConstraint("owed_ore > 0 AND fee_ore >= 0 AND interest_ore >= 0", name="amounts"),
        CheckConstraint("level > 1 OR fee_ore + interest_ore = 0", name="friendly"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    level: Mapped[int]
    invoice: Mapped[str] = mapped_column(String(40))
    due_on: Mapped[date]
    sent_on: Mapped[date]
    pay_by: Mapped[date]
    owed_ore: Mapped[int] = mapped_column(Ore)
    fee_ore: Mapped[int] = mapped_column(Ore)
    interest_ore: Mapped[int] = mapped_column(Ore)
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    order: Mapped[Order] = relationship()

    @property
    def total_ore(self) -> int:
        """What is to be paid now."""
        return self.owed_ore + self.fee_ore + self.interest_ore
