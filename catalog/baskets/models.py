"""Baskets: what the coordinator assembles. A version freezes components, split policy and price."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.items.models import Item, ItemVersion
from shop.db import Base, Ore

AGREED, PROPORTIONAL, GUARANTEED = "agreed", "proportional", "guaranteed"
POLICIES = (AGREED, PROPORTIONAL, GUARANTEED)
PUBLISHED, UNPUBLISHED = "published", "withdrawn"


class Offer(Base):
    """An enterprise's yes to having an item in baskets: price, how many, when, and how long it needs."""

    __tablename__ = "offer"
    is_shown = True
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'accepted', 'declined', 'ended')", name="state"),
        CheckConstraint("price_ore >= 0", name="price"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)
    price_id: Mapped[int | None] = mapped_column(ForeignKey("item_price.id"))
    price_ore: Mapped[int] = mapped_column(Ore)  # net, a piece
    most_pieces: Mapped[int]
    from_on: Mapped[date]
    until_on: Mapped[date]
    lead_days: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="proposed")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(String(200), default="")
    # What it was asked for, so that the enterprise sees its part of it: a basket and how many pieces go into each.
    basket_id: Mapped[int | None] = mapped_column(ForeignKey("basket.id"), index=True)
    quantity: Mapped[int] = mapped_column(default=1, server_default="1")
    asked_at: Mapped[datetime | None]
    asked_by: Mapped[str] = mapped_column(String(200), default="", server_default="")
    why: Mapped[str] = mapped_column(String(500), default="", server_default="")  # why it was declined or ended
    item_version: Mapped[ItemVersion] = relationship()


class Basket(Base):
    """A joint basket under one name and address; what is in it lives in versions."""

    __tablename__ = "basket"
    is_shown = True
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'published', 'withdrawn')", name="state"),
        Index("ix_basket_state_position", "state", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    position: Mapped[int] = mapped_column(default=0)
    shown_step: Mapped[str] = mapped_column(String(10), default="many")
    current_version_id: Mapped[int | None] = mapped_column(ForeignKey("basket_version.id", use_alter=True), index=True)
    next_version_id: Mapped[int | None] = mapped_column(ForeignKey("basket_version.id", use_alter=True))
    current: Mapped["BasketVersion | None"] = relationship(foreign_keys=[current_version_id], post_update=True)
    next: Mapped["BasketVersion | None"] = relationship(foreign_keys=[next_version_id], post_update=True)


class BasketVersion(Base):
    """A basket as it is sold. Prices in øre: `gross_ore` to consumers, `net_ore` without VAT; never below the floor."""

    __tablename__ = "basket_version"
    is_shown = True
    __table_args__ = (
        UniqueConstraint("basket_id", "no"),
        CheckConstraint(f"policy IN {POLICIES}", name="policy"),
        CheckConstraint("net_ore >= floor_ore", name="floor"),
        CheckConstraint("gross_ore / 5 * 5 = gross_ore", name="five_ore"),
        CheckConstraint("pot_percent_bp >= 0 AND pot_percent_bp <= 10000", name="pot_percent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    basket_id: Mapped[int] = mapped_column(ForeignKey("basket.id"))
    no: Mapped[int]
    name_da: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    tagline_da: Mapped[str] = mapped_column(String(300), default="")
    tagline_en: Mapped[str] = mapped_column(String(300), default="")
    text_da: Mapped[str] = mapped_column(Text, default="")
    text_en: Mapped[str] = mapped_column(Text, default="")
    gross_ore: Mapped[int] = mapped_column(Ore)
    net_ore: Mapped[int] = mapped_column(Ore)
    # What a piece costs from so many in one order on, by how many (catalog.baskets.steps); none below the floor.
    steps: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    vat_category: Mapped[str] = mapped_column(String(2), default="S")
    policy: Mapped[str] = mapped_column(String(12), default=AGREED)
    pot_percent_bp: Mapped[int] = mapped_column(default=0)
    fee_ore: Mapped[int] = mapped_column(Ore, default=0)  # the fee estimate at this price
    floor_ore: Mapped[int] = mapped_column(Ore)
    # What the list page filters on, worked out when the version is published.
    enterprises: Mapped[int] = mapped_column(default=0)
    allergens: Mapped[list[str]] = mapped_column(default=list)
    has_alcohol: Mapped[bool] = mapped_column(default=False)
    weight_g: Mapped[int] = mapped_column(default=0)
    lead_days: Mapped[int] = mapped_column(default=1)
    # The hash under which its drawing is served.
    picture: Mapped[str] = mapped_column(String(64), default="", index=True)
    published_at: Mapped[datetime | None]
    # The window it is sold in: it opens by itself on the first day, and is withdrawn after the last.
    open_on: Mapped[date | None]
    close_on: Mapped[date | None] = mapped_column(index=True)
    basket: Mapped[Basket] = relationship(foreign_keys=[basket_id])
    components: Mapped[list["BasketComponent"]] = relationship(
        back_populates="version", order_by="BasketComponent.position"
    )


class BasketAllergen(Base):
    """One allergen of a published version, so that the list can leave baskets out in the database."""

    __tablename__ = "basket_allergen"
    is_shown = True

    version_id: Mapped[int] = mapped_column(ForeignKey("basket_version.id"), primary_key=True)
    allergen: Mapped[str] = mapped_column(String(20), primary_key=True)


class BasketComponent(Base):
    """One item in a version: goods, or a service done for each basket (packing). Prices net, a piece, in øre."""

    __tablename__ = "basket_component"
    is_shown = True
    __table_args__ = (
        CheckConstraint("kind IN ('component', 'service')", name="kind"),
        CheckConstraint("quantity > 0 AND agreed_ore >= 0 AND guaranteed_ore >= 0", name="positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("basket_version.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    position: Mapped[int]
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    quantity: Mapped[int]
    agreed_ore: Mapped[int] = mapped_column(Ore)
    guaranteed_ore: Mapped[int] = mapped_column(Ore, default=0)
    version: Mapped[BasketVersion] = relationship(back_populates="components")
    offer: Mapped[Offer] = relationship()
    item: Mapped[Item] = relationship()
    item_version: Mapped[ItemVersion] = relationship()
