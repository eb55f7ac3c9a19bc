"""The cart as it would be sold today: what is in it, at today's prices, and what it asks of whoever buys it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from catalog.baskets.models import Basket
from catalog.baskets.queries import baskets_for_sale
from catalog.baskets.steps import price_at
from catalog.items.models import Item
from catalog.items.queries import items_for_sale, price_on
from catalog.supply.reserve import Need
from orders.cart.models import Cart, CartLine
from orders.cart.needs import basket_needs, item_need
from shop.settings.read import value

CLASS_LOW_ABV = 60  # per mille: up to 6 % the lower age holds


@dataclass(slots=True)
class Drafted:
    """One thing in the cart as it would be sold: what it is, how many, at which gross price a piece.

    `base_ore` is what a single one costs: that is the price a buyer has seen and is told of when it changes.
    """

    line: CartLine
    thing: Basket | Item
    base_ore: int
    unit_ore: int

    @property
    def version(self) -> Any:
        version = self.thing.current
        assert version is not None
        return version

    @property
    def gross_ore(self) -> int:
        return self.unit_ore * self.line.quantity

    @property
    def lead_days(self) -> int:
        return int(self.version.lead_days) if isinstance(self.thing, Basket) else self.thing.lead_days

    @property
    def weight_g(self) -> int:
        return int(self.version.weight_g) * self.line.quantity

    @property
    def abv_permille(self) -> int:
        if isinstance(self.thing, Basket):
            return max((part.item_version.abv_permille for part in self.version.components), default=0)
        return int(self.version.abv_permille)

    def needs(self, pack_on: date) -> list[Need]:
        if isinstance(self.thing, Basket):
            return list(basket_needs(self.thing, self.line.quantity, pack_on))
        return [item_need(self.thing, self.line.quantity, pack_on)]


@dataclass(slots=True)
class Draft:
    """The cart as it would be sold today. `gone` are lines whose thing is no longer on sale."""

    lines: list[Drafted]
    gone: list[CartLine] = field(default_factory=list)

    @property
    def gross_ore(self) -> int:
        return sum(line.gross_ore for line in self.lines)

    @property
    def weight_g(self) -> int:
        return sum(line.weight_g for line in self.lines)

    @property
    def lead_days(self) -> int:
        return max((line.lead_days for line in self.lines), default=0)

    @property
    def changed(self) -> list[Drafted]:
        """The lines whose price is another than the one the buyer saw."""
        return [line for line in self.lines if line.base_ore != line.line.seen_ore]

    @property
    def age(self) -> int:
        """The age the law asks for what is in it; 0 without alcohol (more than 1.2 %)."""
        abv = max((line.abv_permille for line in self.lines), default=0)
        if abv <= 12:
            return 0
        return int(value("limits.age_low" if abv <= CLASS_LOW_ABV else "limits.age_high"))


def draft(cart: Cart, *, today: date) -> Draft:
    """Read what is in a cart as it would be sold today: three questions, whatever is in it."""
    baskets = baskets_for_sale(line.basket_id for line in cart.lines if line.basket_id)
    item_ids = [line.item_id for line in cart.lines if line.item_id]
    items = items_for_sale(item_ids) if item_ids else {}
    drafted, gone = [], []
    pieces = Counter[int | None]()  # the same basket with two card texts is one quantity
    for line in cart.lines:
        pieces[line.basket_id] += line.quantity
    for line in cart.lines:
        thing = baskets.get(line.basket_id) if line.basket_id else items.get(line.item_id or 0)
        if thing is None or thing.current is None:
            gone.append(line)
        elif isinstance(thing, Basket):
            version = thing.current
            unit = price_at(version.gross_ore, version.steps, pieces[thing.id])
            drafted.append(Drafted(line, thing, version.gross_ore, unit))
        else:
            price = price_on(thing, today).gross_ore
            drafted.append(Drafted(line, thing, price, price))
    return Draft(drafted, gone)
