"""Items (goods and services), their frozen versions, and their dated prices."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.db import Base, Ore
from shop.people.models import Enterprise

GOODS, SERVICE = "goods", "service"
STOCKED, MADE = "stocked", "made"
DRAFT, APPROVED, WITHDRAWN = "draft", "approved", "withdrawn"


class Item(Base):
    """Something one enterprise offers. What is said of it lives in versions; `current_version_id` is the one sold."""

    __tablename__ = "item"
    is_shown = True
    __table_args__ = (
        CheckConstraint(f"kind IN {(GOODS, SERVICE)}", name="kind"),
        CheckConstraint(f"supply IN {(STOCKED, MADE)}", name="supply"),
        CheckConstraint(f"state IN {(DRAFT, APPROVED, WITHDRAWN)}", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default=DRAFT)
    supply: Mapped[str] = mapped_column(String(10))
    weekly_capacity: Mapped[int] = mapped_column(default=0)  # pieces an ISO week, for what is made to order
    lead_days: Mapped[int] = mapped_column(default=1)  # working days from order to packing
    sold_alone: Mapped[bool] = mapped_column(default=False)
    shown_step: Mapped[str] = mapped_column(String(10), default="many")
    served_postcodes: Mapped[list[str]] = mapped_column(default=list)  # a delivery service's area
    closed_weeks: Mapped[list[str]] = mapped_column(default=list, server_default="[]")  # ISO weeks: "2026-W52"
    stored_here: Mapped[bool] = mapped_column(default=False, server_default=text("false"))  # lies where it is packed
    current_version_id: Mapped[int | None] = mapped_column(ForeignKey("item_version.id", use_alter=True))
    enterprise: Mapped[Enterprise] = relationship()
    current: Mapped["ItemVersion | None"] = relationship(foreign_keys=[current_version_id], post_update=True)
    prices: Mapped[list["ItemPrice"]] = relationship(back_populates="item", order_by="ItemPrice.valid_from")


class ItemVersion(Base):
    """The texts and facts of an item, frozen once used. Weights in grams, work in minutes, shelf life in days."""

    __tablename__ = "item_version"
    is_shown = True
    __table_args__ = (UniqueConstraint("item_id", "no"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    no: Mapped[int]
    name_da: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    text_da: Mapped[str] = mapped_column(Text, default="")
    text_en: Mapped[str] = mapped_column(Text, default="")
    drawing: Mapped[str] = mapped_column(String(40), default="box")
    accent: Mapped[int] = mapped_column(default=0)
    vat_category: Mapped[str] = mapped_column(String(2), default="S")
    weight_g: Mapped[int] = mapped_column(default=0)
    work_minutes: Mapped[int] = mapped_column(default=0)
    is_food: Mapped[bool] = mapped_column(default=False)
    allergens: Mapped[list[str]] = mapped_column(default=list)
    traces: Mapped[list[str]] = mapped_column(default=list)
    net_quantity: Mapped[int] = mapped_column(default=0)
    net_unit: Mapped[str] = mapped_column(String(10), default="")
    abv_permille: Mapped[int] = mapped_column(default=0)  # alcohol by volume, 45 = 4.5 %
    shelf_days: Mapped[int] = mapped_column(default=0)
    min_shelf_days: Mapped[int] = mapped_column(default=0)
    withdrawal_exception: Mapped[str] = mapped_column(String(20), default="none")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # food and safety facts by name, `_da`/`_en`
    volume_ml: Mapped[int] = mapped_column(default=0, server_default="0")  # the room it takes in a box, cm³
    is_packaging: Mapped[bool] = mapped_column(default=False, server_default=text("false"))  # a box to pack others in
    photo: Mapped[str] = mapped_column(
        String(64), default="", server_default="", index=True
    )  # the hash it is served by
    photo_width: Mapped[int] = mapped_column(default=0, server_default="0")
    photo_height: Mapped[int] = mapped_column(default=0, server_default="0")
    photo_alt_da: Mapped[str] = mapped_column(String(300), default="", server_default="")
    photo_alt_en: Mapped[str] = mapped_column(String(300), default="", server_default="")
    made_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None]
    item: Mapped[Item] = relationship(foreign_keys=[item_id])


class ItemPrice(Base):
    """What an item costs from a day on: to the joint shop (net, what the enterprise gets) and alone to a consumer."""

    __tablename__ = "item_price"
    is_shown = True
    __table_args__ = (
        UniqueConstraint("item_id", "valid_from"),
        CheckConstraint("agreed_ore >= 0 AND gross_ore >= 0", name="positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    valid_from: Mapped[date]
    agreed_ore: Mapped[int] = mapped_column(Ore)
    gross_ore: Mapped[int] = mapped_column(Ore)
    item: Mapped[Item] = relationship(back_populates="prices")


class VatRate(Base):
    """The rate of a VAT category from a day on, in basis points (2500 = 25 %; momsloven § 33)."""

    __tablename__ = "vat_rate"
    is_shown = True
    __table_args__ = (UniqueConstraint("category", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(String(2))
    rate_bp: Mapped[int]
    valid_from: Mapped[date]
    source: Mapped[str] = mapped_column(String(200), default="")
