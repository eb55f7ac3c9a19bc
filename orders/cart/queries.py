"""What pages and verbs read of a cart: the cart of a browser, and each line as it would be sold today."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from catalog.baskets.models import Basket
from catalog.items.models import Item
from catalog.items.picture import drawing_path
from catalog.items.queries import rates_on
from catalog.supply.models import WEEK, Supply
from catalog.supply.reserve import Need
from orders.cart.draft import Draft, Drafted, draft
from orders.cart.models import Cart, CartLine
from orders.delivery.plan import Calendar, shop_calendar
from shop.days import add_working_days
from shop.db import db
from shop.i18n import localised
from shop.money import divide_half_up
from shop.tax import FULL_BP


def hash_of(token: str) -> str:
    """Under which a cookie's token is kept: whoever reads the table cannot take over a cart."""
    return hashlib.sha256(token.encode()).hexdigest()


_BY_TOKEN = Cart.token_hash == bindparam("token_hash")
_BY_KEY = Cart.key == bindparam("cart_key")
_WHOLE = select(Cart).options(joinedload(Cart.lines))
_WHOLE_BY_TOKEN, _WHOLE_BY_KEY = _WHOLE.where(_BY_TOKEN), _WHOLE.where(_BY_KEY)
_LOCKED = select(Cart).with_for_update().execution_options(populate_existing=True)
_LOCKED_BY_TOKEN, _LOCKED_BY_KEY = _LOCKED.where(_BY_TOKEN), _LOCKED.where(_BY_KEY)
_LINES = (
    select(CartLine)
    .where(CartLine.cart_id == bindparam("cart_id"))
    .order_by(CartLine.id)
    .execution_options(populate_existing=True)
)
_SUPPLIES = select(Supply.kind, Supply.item_id, Supply.part, Supply.most - Supply.taken).where(
    Supply.item_id.in_(bindparam("items", expanding=True)), Supply.part.in_(bindparam("parts", expanding=True))
)


def find_cart(token: str) -> Cart | None:
    """The cart of a browser with its lines, by the token of its cookie: one question."""
    if not token:
        return None
    return db.session.scalars(_WHOLE_BY_TOKEN, {"token_hash": hash_of(token)}).unique().one_or_none()


def find_cart_by_key(key: str) -> Cart | None:
    """A cart by the secret key that only its own forms hold, for a browser that has lost its cookie."""
    return db.session.scalars(_WHOLE_BY_KEY, {"cart_key": key}).unique().one_or_none() if key else None


def find_locked_cart(token: str, key: str = "") -> Cart | None:
    """The cart of a token (or, without one, of a key), locked, so that two clicks wait for each other."""
    if token:
        cart = db.session.scalar(_LOCKED_BY_TOKEN, {"token_hash": hash_of(token)})
    elif key:
        cart = db.session.scalar(_LOCKED_BY_KEY, {"cart_key": key})
    else:
        cart = None
    if cart is not None:
        # The lock was waited for, and only what is asked afterwards is as the one before has left it.
        set_committed_value(cart, "lines", list(db.session.scalars(_LINES, {"cart_id": cart.id})))
    return cart


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line of a cart as a page shows it; amounts in øre.

    `thing` is None when it is no longer on sale. `left` is how many can still be had when that is fewer than wanted.
    """

    line: CartLine
    thing: Basket | Item | None
    base_ore: int = 0
    unit_ore: int = 0
    net_ore: int = 0
    left: int | None = None

    @property
    def name(self) -> str:
        """Its name in the reader's language, also when it is withdrawn."""
        thing = self.thing or self.line.basket or self.line.item
        assert thing is not None
        return localised(thing.current, "name") if thing.current else thing.slug

    @property
    def is_basket(self) -> bool:
        return self.line.basket_id is not None

    @property
    def path(self) -> str:
        """Its page; empty when it has none any more."""
        if self.thing is None:
            return ""
        return f"/{'kurve' if self.is_basket else 'varer'}/{self.thing.slug}"

    @property
    def picture(self) -> str:
        """The address of its picture; empty when it is withdrawn."""
        if isinstance(self.thing, Basket) and self.thing.current:
            return f"/vaev/{self.thing.current.picture}.svg"
        if isinstance(self.thing, Item) and self.thing.current:
            return drawing_path(self.thing.current.drawing, self.thing.current.accent)
        return ""

    @property
    def gross_ore(self) -> int:
        return self.unit_ore * self.line.quantity

    @property
    def was_ore(self) -> int | None:
        """The price the buyer saw, when it is another now."""
        return self.line.seen_ore if self.thing is not None and self.line.seen_ore != self.base_ore else None

    @property
    def is_sold_out(self) -> bool:
        return self.left == 0

    @property
    def is_stopped(self) -> bool:
        """Whether it cannot be ordered as it stands."""
        return self.thing is None or self.left is not None


@dataclass(frozen=True, slots=True)
class CartView:
    """A cart as a page shows it."""

    lines: Sequence[ShownLine]
    drafted: Draft

    @property
    def gross_ore(self) -> int:
        return self.drafted.gross_ore

    @property
    def net_ore(self) -> int:
        return sum(shown.net_ore * shown.line.quantity for shown in self.lines)

    @property
    def pieces(self) -> int:
        return sum(shown.line.quantity for shown in self.lines)

    @property
    def stopped(self) -> list[ShownLine]:
        return [shown for shown in self.lines if shown.is_stopped]

    @property
    def changed(self) -> list[ShownLine]:
        return [shown for shown in self.lines if shown.was_ore is not None]


def view_cart(cart: Cart, *, today: date, pack_on: date | None = None) -> CartView:
    """The cart as it would be sold today; what is short is counted over the whole cart, for the day it is packed on."""
    drafted = draft(cart, today=today)
    rates = rates_on(today)
    left = pieces_left(drafted, pack_on or _packed_first(drafted, today, shop_calendar()))
    by_line = {one.line.id: one for one in drafted.lines}
    shown = []
    for line in cart.lines:
        one = by_line.get(line.id)
        if one is None:
            shown.append(ShownLine(line, None))
            continue
        rate = rates[one.version.vat_category]
        net = one.unit_ore - divide_half_up(one.unit_ore * rate, FULL_BP + rate)
        shown.append(ShownLine(line, one.thing, one.base_ore, one.unit_ore, net, left.get(line.id)))
    return CartView(shown, drafted)


def _packed_first(drafted: Draft, today: date, calendar: Calendar) -> date:
    return add_working_days(today, drafted.lead_days, calendar.closed)


def pieces_left(drafted: Draft, pack_on: date) -> dict[int, int]:
    """Of the lines there is not enough for: how many of each could be had, by line id. One question."""
    needs = [(one, one.needs(pack_on)) for one in drafted.lines]
    wanted: dict[tuple[str, int, str], Need] = {}
    for _one, some in needs:
        for need in some:
            held = wanted.get(need.key)
            pieces = need.pieces + (held.pieces if held else 0)
            wanted[need.key] = Need(need.kind, need.item_id, need.part, pieces, need.weekly)
    if not wanted:
        return {}
    free = _free(wanted)
    return {
        one.line.id: _most(one, some, free)
        for one, some in needs
        if any(free[need.key] < wanted[need.key].pieces for need in some)
    }


def _free(wanted: Mapping[tuple[str, int, str], Need]) -> dict[tuple[str, int, str], int]:
    asked = {
        "items": sorted({need.item_id for need in wanted.values()}),
        "parts": sorted({need.part for need in wanted.values()}),
    }
    rows = db.session.connection().execute(_SUPPLIES, asked)
    free = {key: need.weekly if need.kind == WEEK else 0 for key, need in wanted.items()}
    free.update({(kind, item_id, part): left for kind, item_id, part, left in rows})
    return free


def _most(one: Drafted, needs: Sequence[Need], free: Mapping[tuple[str, int, str], int]) -> int:
    """How many of a line there is enough for, were it alone; never more than one fewer than asked for in all."""
    quantity = one.line.quantity
    alone = min(max(0, free[need.key]) * quantity // need.pieces for need in needs)
    return min(alone, quantity)
