"""Payments, money that came in without a gateway, what the bank has told us, and the sandbox bank's own book."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from orders.models import Order
from shop.db import Base, Ore

TRANSFER, CASH, LINK = "transfer", "cash", "link"
SAVED, LATER = "saved", "later"  # chosen by the buyer when the parcel leaves later than a reservation lives
INVOICE = "invoice"  # chosen by an organisation
WAYS = (LINK, TRANSFER, CASH, SAVED, LATER, INVOICE)
PAY, SAVE, FROM_CARD = "pay", "save", "from_card"


class OfGateway:
    """Something a gateway has told of, under the gateway's own name for it: one row, however often it is told."""

    id: Mapped[int] = mapped_column(primary_key=True)
    gateway: Mapped[str] = mapped_column(String(10))
    foreign_id: Mapped[str] = mapped_column(String(120))

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[UniqueConstraint]:
        return (UniqueConstraint("gateway", "foreign_id"),)


class Payment(Base):
    """One attempt to pay an order, in øre. `foreign_id` is the gateway's name for it, empty until it has been opened.

    `purpose`: the buyer pays at the bank; saves a card there; or a saved card is charged without the buyer.
    `intent_id` is the gateway's name for the money itself, `asked_ore` what is to be drawn, written down before it is
    asked for: asked again after a crash, it is the same amount. `why` is the gateway's code for what went wrong.
    """

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("gateway", "foreign_id"),
        CheckConstraint(f"purpose IN {(PAY, SAVE, FROM_CARD)}", name="purpose"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    gateway: Mapped[str] = mapped_column(String(10))
    foreign_id: Mapped[str | None] = mapped_column(String(120))
    intent_id: Mapped[str | None] = mapped_column(String(120), index=True)
    purpose: Mapped[str] = mapped_column(String(10), default=PAY, server_default=PAY)
    state: Mapped[str] = mapped_column(String(12), index=True)
    url: Mapped[str] = mapped_column(Text, default="", server_default="")
    method: Mapped[str] = mapped_column(String(30), default="", server_default="")
    customer: Mapped[str] = mapped_column(String(120), default="", server_default="")
    card: Mapped[str] = mapped_column(String(120), default="", server_default="")
    why: Mapped[str] = mapped_column(String(80), default="", server_default="")
    ore: Mapped[int] = mapped_column(Ore)
    asked_ore: Mapped[int | None] = mapped_column(Ore)
    captured_ore: Mapped[int] = mapped_column(Ore, default=0)
    refunded_ore: Mapped[int] = mapped_column(Ore, default=0, server_default="0")
    fee_ore: Mapped[int] = mapped_column(Ore, default=0, server_default="0")
    started_at: Mapped[datetime]
    authorised_at: Mapped[datetime | None]
    lapses_at: Mapped[datetime | None]
    captured_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    order: Mapped[Order] = relationship()


class Repayment(Base):
    """A part of a payment on its way back to the buyer, in øre. Written down before the gateway is asked."""

    __tablename__ = "repayment"
    __table_args__ = (CheckConstraint("ore > 0", name="ore"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    cause: Mapped[str] = mapped_column(String(80))
    ore: Mapped[int] = mapped_column(Ore)
    state: Mapped[str] = mapped_column(String(10), index=True)
    foreign_id: Mapped[str | None] = mapped_column(String(120), unique=True)
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    payment: Mapped[Payment] = relationship()


class Dispute(OfGateway, Base):
    """A buyer has objected to a charge at their own bank. `ore` and `fee_ore` are what the gateway has taken back."""

    __tablename__ = "dispute"

    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    reason: Mapped[str] = mapped_column(String(60), default="")
    ore: Mapped[int] = mapped_column(Ore)
    fee_ore: Mapped[int] = mapped_column(Ore, default=0)
    answer_by: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    payment: Mapped[Payment] = relationship()


class GatewayPayout(OfGateway, Base):
    """What a gateway has sent to the shop's bank account, in øre; `movements` are what it is made of."""

    __tablename__ = "gateway_payout"

    ore: Mapped[int] = mapped_column(Ore)
    arrives_on: Mapped[date]
    noted_at: Mapped[datetime]
    movements: Mapped[list["GatewayMovement"]] = relationship(back_populates="payout", order_by="GatewayMovement.id")


class GatewayMovement(Base):
    """One line of a payout, as the gateway has it: gross, fee and net in øre, and the payment it is of, when known."""

    __tablename__ = "gateway_movement"
    __table_args__ = (UniqueConstraint("payout_id", "foreign_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    payout_id: Mapped[int] = mapped_column(ForeignKey("gateway_payout.id"))
    foreign_id: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), index=True)
    gross_ore: Mapped[int] = mapped_column(Ore)
    fee_ore: Mapped[int] = mapped_column(Ore)
    net_ore: Mapped[int] = mapped_column(Ore)
    payout: Mapped[GatewayPayout] = relationship(back_populates="movements")
    payment: Mapped[Payment | None] = relationship()


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
    """How an order will be paid that is not paid at once, and until when it waits for that.

    Taken down by the office: by a link, by transfer or in cash. Chosen by the buyer of a parcel that leaves later than
    a reservation lives: a saved card, or a link that is mailed when it is time. `asked_at`: when that was. Chosen by an
    organisation: an invoice, once the shop has given it credit.
    """

    __tablename__ = "pay_way"
    __table_args__ = (CheckConstraint(f"way IN {WAYS}", name="way"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), unique=True)
    way: Mapped[str] = mapped_column(String(10))
    until: Mapped[datetime]
    asked_at: Mapped[datetime | None]


class Credit(Base):
    """What the shop lets an organisation owe for one order, in øre, and for how many days. Never changed."""

    __tablename__ = "credit"
    __table_args__ = (CheckConstraint("ore > 0", name="ore"), CheckConstraint("days > 0", name="days"))

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), unique=True)
    ore: Mapped[int] = mapped_column(Ore)
    days: Mapped[int]
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


class PaymentEvent(OfGateway, Base):
    """Something a gateway has told us. Kept once; it is only a reason to go and look the payment up."""

    __tablename__ = "payment_event"

    payment_foreign_id: Mapped[str] = mapped_column(String(120), default="")
    kind: Mapped[str] = mapped_column(String(60))
    body: Mapped[dict[str, Any]] = mapped_column(default=dict)
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]


class SandboxPayment(Base):
    """The sandbox bank's own book: what a real bank would know about a payment.

    `trouble` is what its next move will meet, chosen on the bank's page: "decline" or "customer".
    """

    __tablename__ = "sandbox_payment"

    id: Mapped[int] = mapped_column(primary_key=True)
    foreign_id: Mapped[str] = mapped_column(String(80), unique=True)
    state: Mapped[str] = mapped_column(String(12))
    purpose: Mapped[str] = mapped_column(String(10), default=PAY, server_default=PAY)
    trouble: Mapped[str] = mapped_column(String(10), default="", server_default="")
    ore: Mapped[int] = mapped_column(Ore)
    captured_ore: Mapped[int] = mapped_column(Ore, default=0)
    refunded_ore: Mapped[int] = mapped_column(Ore, default=0)
    disputed_ore: Mapped[int] = mapped_column(Ore, default=0, server_default="0")
    dispute: Mapped[str] = mapped_column(String(10), default="", server_default="")
    refunds: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # by the key each came with
    back_url: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]
