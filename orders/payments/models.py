"""Payments, money that came in without a gateway, what the bank has told us, and the sandbox bank's own book."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orders.models import Order
from shop.db import Base, Ore

TRANSFER, CASH, LINK = "transfer", "cash", "link"


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


class MoneyIn(Base):
    """Money for an order that a person has seen arrive, by bank transfer or in cash. The books hold the same amount.

    Appended, never changed. `key` is the form's own: the same form sent twice is one row. `received_on` is the day it
    was on the account or in the hand.
    """

    __tablename__ = "money_in"
    __table_args__ = (
        CheckConstraint(f"kind IN {(TRANSFER, CASH)}", name="kind"),
        CheckConstraint("ore > 0", name="ore"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    ore: Mapped[int] = mapped_column(Ore)
    received_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(200), default="")
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    order: Mapped[Order] = relationship()


class PayWay(Base):
    """How the buyer of an order that the office has taken down will pay, and until when it waits for that."""

    __tablename__ = "pay_way"
    __table_args__ = (CheckConstraint(f"way IN {(LINK, TRANSFER, CASH)}", name="way"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), unique=True)
    way: Mapped[str] = mapped_column(String(10))
    until: Mapped[datetime]


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
