"""What has been taken back of an order: which pieces, which amounts, out of whose shares. Rows never change."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orders.models import Order, OrderLine, Share
from shop.db import Base, Ore

CANCEL, GOODS, COMPONENT, GOODWILL = "cancel", "goods", "component", "goodwill"
AS_SOLD, BY_POT, BY_ENTERPRISE, BY_ALL = "as_sold", "pot", "enterprise", "shared"


class Refund(Base):
    """One taking back, whatever its reason. All amounts in øre, all positive: what the buyer no longer owes.

    `key` is the cause's own name ("withdrawal:7"): the same cause is one refund. `offset_bits` is the first 32 bits of
    SHA-256 over "refund:<key>". `kind` cancel: before the parcel left, so nothing was booked.
    """

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("gross_ore = net_ore + vat_ore", name="sums"),
        CheckConstraint("kind IN ('cancel', 'goods', 'component', 'goodwill')", name="kind"),
        CheckConstraint("bearer IN ('as_sold', 'pot', 'enterprise', 'shared')", name="bearer"),
        CheckConstraint("(bearer = 'enterprise') = (bearer_id IS NOT NULL)", name="bearer_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    bearer: Mapped[str] = mapped_column(String(12))
    bearer_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"))
    why: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")  # for those who bear it
    stock_back: Mapped[bool] = mapped_column(default=False)
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(index=True)
    offset_bits: Mapped[int] = mapped_column(Ore)
    net_ore: Mapped[int] = mapped_column(Ore)
    vat_ore: Mapped[int] = mapped_column(Ore)
    gross_ore: Mapped[int] = mapped_column(Ore)
    order: Mapped[Order] = relationship()
    lines: Mapped[list["RefundLine"]] = relationship(back_populates="refund", order_by="RefundLine.id")


class RefundLine(Base):
    """What was taken back of one line: pieces (0: money without goods, or a part of every piece) and amounts in øre."""

    __tablename__ = "refund_line"
    __table_args__ = (
        UniqueConstraint("refund_id", "line_id"),
        CheckConstraint("gross_ore = net_ore + vat_ore", name="sums"),
        CheckConstraint("quantity >= 0", name="quantity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    refund_id: Mapped[int] = mapped_column(ForeignKey("refund.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    quantity: Mapped[int]
    net_ore: Mapped[int] = mapped_column(Ore)
    vat_ore: Mapped[int] = mapped_column(Ore)
    gross_ore: Mapped[int] = mapped_column(Ore)
    refund: Mapped[Refund] = relationship(back_populates="lines")
    line: Mapped[OrderLine] = relationship()
    shares: Mapped[list["RefundShare"]] = relationship(back_populates="refund_line", order_by="RefundShare.id")


class RefundShare(Base):
    """Who pays for a line taken back. `share_id`: the row that is reversed; none: charged to a named bearer.

    `ore` is taken from them; negative only where a negative share of the pot is reversed. `pieces`: of how many of the
    line's pieces this one share was taken alone. `enterprise_id` is null for the common pot.
    """

    __tablename__ = "refund_share"
    __table_args__ = (UniqueConstraint("refund_line_id", "share_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    refund_line_id: Mapped[int] = mapped_column(ForeignKey("refund_line.id"))
    share_id: Mapped[int | None] = mapped_column(ForeignKey("share.id"), index=True)
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    pieces: Mapped[int] = mapped_column(default=0)
    ore: Mapped[int] = mapped_column(Ore)
    refund_line: Mapped[RefundLine] = relationship(back_populates="shares")
    share: Mapped[Share | None] = relationship()
