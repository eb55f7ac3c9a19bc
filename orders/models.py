"""What was sold: orders, their lines, and the share of every line that each enterprise has."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.baskets.models import BasketVersion
from catalog.items.models import ItemVersion
from shop.db import Base, Ore
from shop.people.models import Enterprise

BASKET, ITEM, FREIGHT = "basket", "item", "freight"
COMPONENT, SERVICE, DELIVERY, POT = "component", "service", "delivery", "pot"
PRIVATE, COMPANY, PUBLIC = "private", "company", "public"
PARCEL, PICKUP, LOCAL = "parcel", "pickup", "local"


class Order(Base):
    """One order of one buyer. All amounts in øre; `gross_ore` is what the buyer pays. `state` is moved by `move()`."""

    __tablename__ = "order"
    __table_args__ = (
        CheckConstraint("gross_ore = net_ore + vat_ore", name="sums"),
        Index("ix_order_state_wanted_on", "state", "wanted_on"),
        Index("ix_order_carrier_id_wanted_on", "carrier_id", "wanted_on"),
        Index("ix_order_placed_at_facts", "placed_at", "state", "buyer_kind", "gross_ore", "net_ore"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    cart_key: Mapped[str] = mapped_column(String(32), unique=True)  # a cart becomes one order, however often sent
    token: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(12))
    buyer_kind: Mapped[str] = mapped_column(String(12), default=PRIVATE)
    language: Mapped[str] = mapped_column(String(2), default="da")
    placed_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]
    packed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # cancelled or expired
    buyer_name: Mapped[str] = mapped_column(String(200))
    buyer_email: Mapped[str] = mapped_column(String(255), index=True)
    buyer_phone: Mapped[str] = mapped_column(String(20), default="")
    # What the invoice of a company or a public body says of it (orders.organisation); nothing for a private buyer.
    organisation: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)  # bought from an account
    buyer_address: Mapped[dict[str, Any]] = mapped_column(default=dict)
    recipient: Mapped[dict[str, Any]] = mapped_column(default=dict)  # name, address, phone of whoever gets it
    is_gift: Mapped[bool] = mapped_column(default=False)
    delivery: Mapped[str] = mapped_column(String(10))
    delivery_place: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the pick-up place, or who drives
    carrier_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"))
    wanted_on: Mapped[date]
    pack_on: Mapped[date] = mapped_column(index=True)
    terms_no: Mapped[str] = mapped_column(String(40), default="")
    age_confirmed: Mapped[int] = mapped_column(default=0)  # the age the buyer declared to have reached, 0: not asked
    weight_g: Mapped[int] = mapped_column(default=0)
    gross_ore: Mapped[int] = mapped_column(Ore)
    net_ore: Mapped[int] = mapped_column(Ore)
    vat_ore: Mapped[int] = mapped_column(Ore)
    parcels: Mapped[int] = mapped_column(default=0, server_default="0")  # left in so many; 0: not, or all at once
    found_by: Mapped[str] = mapped_column(String(500), default="", index=True)  # kept by `_keep_words` alone
    lines: Mapped[list["OrderLine"]] = relationship(back_populates="order", order_by="OrderLine.position")


def found_by(order: Order) -> str:
    """What a search finds an order by, in small letters: number, buyer, e-mail and recipient, who goes when erased."""
    words = (order.number, order.buyer_name, order.buyer_email, (order.recipient or {}).get("name", ""))
    return " ".join(dict.fromkeys(word for word in words if word)).lower()[:500]


@event.listens_for(Order, "before_insert")
@event.listens_for(Order, "before_update")
def _keep_words(_mapper: object, _connection: object, order: Order) -> None:
    order.found_by = found_by(order)


class OrderLine(Base):
    """One line as it was sold: texts, price, VAT and the split rule are copies and never change.

    `offset_bits` is the first 32 bits of SHA-256 over "line:<key>": the u of the division (design of the split). A
    discount has been taken off the amounts already: `discount_net_ore` and `discount_vat_ore` say how much.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("gross_ore = net_ore + vat_ore", name="sums"),
        CheckConstraint("quantity > 0", name="quantity"),
        UniqueConstraint("order_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    basket_version_id: Mapped[int | None] = mapped_column(ForeignKey("basket_version.id"), index=True)
    item_version_id: Mapped[int | None] = mapped_column(ForeignKey("item_version.id"))
    text_da: Mapped[str] = mapped_column(String(200))
    text_en: Mapped[str] = mapped_column(String(200))
    quantity: Mapped[int]
    unit_ore: Mapped[int] = mapped_column(Ore)  # gross, a piece
    gross_ore: Mapped[int] = mapped_column(Ore)
    net_ore: Mapped[int] = mapped_column(Ore)
    vat_ore: Mapped[int] = mapped_column(Ore)
    vat_category: Mapped[str] = mapped_column(String(2))
    vat_rate_bp: Mapped[int]
    discount_net_ore: Mapped[int] = mapped_column(Ore, default=0, server_default="0")
    discount_vat_ore: Mapped[int] = mapped_column(Ore, default=0, server_default="0")
    card_text: Mapped[str] = mapped_column(String(400), default="")
    policy: Mapped[str] = mapped_column(String(20))
    offset_bits: Mapped[int] = mapped_column(Ore)
    order: Mapped[Order] = relationship(back_populates="lines")
    shares: Mapped[list["Share"]] = relationship(back_populates="line", order_by="Share.position")
    basket_version: Mapped[BasketVersion | None] = relationship()
    item_version: Mapped[ItemVersion | None] = relationship()


class Share(Base):
    """One enterprise's part of a line's net amount; `enterprise_id` is null for the common pot.

    `basis_ore` is the agreed price, a piece, that it was worked out from and `price_id` the dated price row;
    `discount_ore` what it lost (net) when a discount was given.
    """

    __tablename__ = "share"
    __table_args__ = (
        UniqueConstraint("line_id", "position"),
        CheckConstraint("kind IN ('component', 'service', 'delivery', 'pot')", name="kind"),
        CheckConstraint("(kind = 'pot') = (enterprise_id IS NULL)", name="owner"),
        CheckConstraint("kind = 'pot' OR ore >= 0", name="positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    item_version_id: Mapped[int | None] = mapped_column(ForeignKey("item_version.id"))
    component_id: Mapped[int | None] = mapped_column(ForeignKey("basket_component.id"))
    price_id: Mapped[int | None] = mapped_column(ForeignKey("item_price.id"))
    pieces: Mapped[int] = mapped_column(default=0)
    basis_ore: Mapped[int] = mapped_column(Ore, default=0)
    discount_ore: Mapped[int] = mapped_column(Ore, default=0, server_default="0")
    ore: Mapped[int] = mapped_column(Ore)
    line: Mapped[OrderLine] = relationship(back_populates="shares")
    enterprise: Mapped[Enterprise | None] = relationship()
    item_version: Mapped[ItemVersion | None] = relationship()


class OrderSupply(Base):
    """What an order holds of a limit (pieces on hand, of a week, of an offer), so that it can be given back."""

    __tablename__ = "order_supply"
    __table_args__ = (UniqueConstraint("order_id", "supply_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    supply_id: Mapped[int] = mapped_column(ForeignKey("supply.id"), index=True)
    pieces: Mapped[int]
