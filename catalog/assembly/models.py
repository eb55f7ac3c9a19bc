"""A basket under assembly, before it is frozen as a version, and the key the season's sales are to be shared by."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.baskets.models import AGREED, POLICIES, Basket, BasketVersion
from catalog.items.models import Item
from shop.db import Base, Ore


class BasketDraft(Base):
    """A basket's next version while it is assembled. `edition` grows with every change, `terms_edition`
    with those of texts, price and window: so that two people notice.

    `gross_ore` is the price with VAT, 0 until there is one; `pieces` how many are meant to be made.
    """

    __tablename__ = "basket_draft"
    __table_args__ = (
        CheckConstraint(f"policy IN {POLICIES}", name="policy"),
        CheckConstraint("gross_ore >= 0 AND pieces > 0", name="positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    basket_id: Mapped[int] = mapped_column(ForeignKey("basket.id"), unique=True)
    edition: Mapped[int] = mapped_column(default=1)
    terms_edition: Mapped[int] = mapped_column(default=1)
    name_da: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    tagline_da: Mapped[str] = mapped_column(String(300), default="")
    tagline_en: Mapped[str] = mapped_column(String(300), default="")
    text_da: Mapped[str] = mapped_column(Text, default="")
    text_en: Mapped[str] = mapped_column(Text, default="")
    gross_ore: Mapped[int] = mapped_column(Ore, default=0)
    steps: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    policy: Mapped[str] = mapped_column(String(12), default=AGREED)
    pot_percent_bp: Mapped[int] = mapped_column(default=0)
    pieces: Mapped[int] = mapped_column(default=100)
    box: Mapped[str] = mapped_column(String(4), default="")
    open_on: Mapped[date | None]
    close_on: Mapped[date | None]
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("basket_version.id"))
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(200), default="")
    basket: Mapped[Basket] = relationship()
    copied_from: Mapped[BasketVersion | None] = relationship()
    parts: Mapped[list["DraftPart"]] = relationship(
        back_populates="draft", order_by="DraftPart.position", cascade="all, delete-orphan"
    )


class DraftPart(Base):
    """An item in a basket under assembly: how many pieces, and its guaranteed minimum a piece (øre net)."""

    __tablename__ = "basket_draft_part"
    __table_args__ = (
        UniqueConstraint("draft_id", "item_id"),
        CheckConstraint("quantity > 0 AND guaranteed_ore >= 0", name="positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("basket_draft.id"))
    position: Mapped[int]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    quantity: Mapped[int] = mapped_column(default=1)
    guaranteed_ore: Mapped[int] = mapped_column(Ore, default=0)
    draft: Mapped[BasketDraft] = relationship(back_populates="parts")
    item: Mapped[Item] = relationship()


class SeasonKey(Base):
    """An enterprise's part of the agreed key from a day on: whole parts, as in 3 of 20. 0: it takes no part."""

    __tablename__ = "season_key"
    __table_args__ = (UniqueConstraint("enterprise_id", "valid_from"), CheckConstraint("parts >= 0", name="parts"))

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"))
    valid_from: Mapped[date]
    parts: Mapped[int]
    by_name: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]
