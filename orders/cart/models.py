"""What a buyer fills: the cart (in Danish: *bestilling*)."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.baskets.models import Basket
from catalog.items.models import Item
from shop.db import Base, Ore


class Cart(Base):
    """One browser's cart, found by the SHA-256 of the cookie's token; `key` becomes the order's, once."""

    __tablename__ = "cart"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    made_at: Mapped[datetime]
    touched_at: Mapped[datetime] = mapped_column(index=True)
    checkout: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what has been typed in the checkout so far
    lines: Mapped[list["CartLine"]] = relationship(
        back_populates="cart", order_by="CartLine.id", cascade="all, delete-orphan"
    )

    @property
    def pieces(self) -> int:
        """How many pieces are in it."""
        return sum(line.quantity for line in self.lines)


class CartLine(Base):
    """So many of one basket or one item, with a card text, at the price the buyer has seen (gross, a piece)."""

    __tablename__ = "cart_line"
    __table_args__ = (
        CheckConstraint("(basket_id IS NULL) <> (item_id IS NULL)", name="one_thing"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cart_id: Mapped[int] = mapped_column(ForeignKey("cart.id", ondelete="CASCADE"), index=True)
    basket_id: Mapped[int | None] = mapped_column(ForeignKey("basket.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    quantity: Mapped[int]
    card_text: Mapped[str] = mapped_column(String(400), default="")
    seen_ore: Mapped[int] = mapped_column(Ore)
    cart: Mapped[Cart] = relationship(back_populates="lines")
    basket: Mapped[Basket | None] = relationship()
    item: Mapped[Item | None] = relationship()
