"""Payments, what the bank has told us, and the sandbox bank's own book."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orders.models import Order
from shop.db import Base, Ore


class Payment(Base):
    """One attempt to pay an order. `foreign_id` is the gateway's name for it."""

    __tablename__ = "payment"
    __table_args__ = (UniqueConstraint("gateway", "foreign_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    gateway: Mapped[str] = mapped_column(String(10))
    foreign_id: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(12), index=True)
    ore: Mapped[int] = mapped_column(Ore)
    captured_ore: Mapped[int] = mapped_column(Ore, default=0)
    refunded_ore: Mapped[int] = mapped_column(Ore, default=0, server_default="0")
    fee_ore: Mapped[int] = mapped_column(Ore, default=0, server_default="0")
    started_at: Mapped[datetime]
    authorised_at: Mapped[datetime | None]
    captured_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    order: Mapped[Order] = relationship()


class PaymentEvent(Base):
    """Something a gateway has told us. Kept once; it is only a reason to go and look the payment up."""

    __tablename__ = "payment_event"
    __table_args__ = (UniqueConstraint("gateway", "foreign_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    gateway: Mapped[str] = mapped_column(String(10))
    foreign_id: Mapped[str] = mapped_column(String(80))
    payment_foreign_id: Mapped[str] = mapped_column(String(80), default="")
    kind: Mapped[str] = mapped_column(String(60))
    body: Mapped[dict[str, Any]] = mapped_column(default=dict)
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]


class SandboxPayment(Base):
    """The sandbox bank's own book: what a real bank would know about a payment."""

    __tablename__ = "sandbox_payment"

    id: Mapped[int] = mapped_column(primary_key=True)
    foreign_id: Mapped[str] = mapped_column(String(80), unique=True)
    state: Mapped[str] = mapped_column(String(12))
    ore: Mapped[int] = mapped_column(Ore)
    captured_ore: Mapped[int] = mapped_column(Ore, default=0)
    refunded_ore: Mapped[int] = mapped_column(Ore, default=0)
    refunds: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # by the key each came with
    back_url: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]
