"""Place an order: everything is asked first, then everything is written in one transaction."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from catalog.baskets.availability import refresh_steps
from catalog.baskets.models import Basket
from catalog.items.queries import rates_on
from catalog.supply.models import Supply
from catalog.supply.reserve import SoldOut, reserve
from orders.cart.draft import Draft, draft
from orders.cart.models import Cart, CartLine
from orders.delivery.freight import RULE, Freight, choose_way
from orders.delivery.plan import Calendar, first_day, last_day, pack_day, shop_calendar
from orders.models import BASKET, FREIGHT, ITEM, PRIVATE, Order, OrderLine, OrderSupply, Share
from orders.organisation import Organisation
from orders.shares.write import basket_shares, freight_shares, item_shares
from orders.states import PLACED
from shop.address import PostalAddress
from shop.days import local_day
from shop.db import db
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.i18n import localised
from shop.journal.record import By, record
from shop.money import offset_bits
from shop.settings.read import value
from shop.tax import GrossLine, TaxedLine, tax_gross_lines

# Statements that every order sends are made once: making one takes longer than sending it.
_LINES: Any = OrderLine.__table__
_CART_LINES: Any = CartLine.__table__
_EMPTY_CART = delete(_CART_LINES).where(_CART_LINES.c.cart_id == bindparam("cart"))
_INSERT_SUPPLIES = insert(OrderSupply.__table__)  # type: ignore[arg-type]  # it is a Table
_COLUMNS = {table: [one.key for one in table.__table__.columns if one.key != "id"] for table in (OrderLine, Share)}
_INSERT_LINES = insert(_LINES).returning(_LINES.c.key, _LINES.c.id)
_INSERT_SHARES = insert(Share.__table__)  # type: ignore[arg-type]  # it is a Table


class PriceChanged(Refused):
    """What is charged would not be what the buyer has seen. Nothing was ordered; show the new prices first."""

    def __init__(self) -> None:
        super().__init__(
            _("En pris er ændret, siden du så den. Se den nye pris her, før du bestiller. Intet er trukket.")
        )


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything the buyer has told, ready to be ordered with. Phones are eight digits."""

    buyer: PostalAddress
    email: str
    phone: str
    recipient: PostalAddress
    recipient_phone: str
    is_gift: bool
    delivery: str
    place: str
    wanted_on: date
    buyer_kind: str = PRIVATE
    organisation: Organisation | None = None
    customer_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Details(Answers):
    """The answers with what was confirmed. `seen_ore` is the total the buyer was shown on the button."""

    age_confirmed: int
    terms_no: str
    language: str
    seen_ore: int


def lock_cart(cart_id: int) -> Cart:
    """The cart with its lines, locked, so that a double click waits for the first click."""
    return db.session.scalars(
        select(Cart).where(Cart.id == cart_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def find_order_of_cart(key: str) -> Order | None:
    """The order a cart has become, if it has."""
    return db.session.scalar(select(Order).where(Order.cart_key == key))


def place(cart: Cart, details: Details, *, by: By, now: datetime) -> Order:
    """Place the order of a locked cart, and empty the cart. The caller starts the payment in the same transaction.

    Refuses an empty cart, a thing no longer on sale, a price other than the one seen, a day that cannot be met, a way
    of delivery that is not offered, an age not confirmed, and what is sold out (SoldOut, naming it).
    """
    today = local_day(now)
    drafted = draft(cart, today=today)
    _check_sale(drafted, details)
    way = choose_way(details.delivery, details.place, drafted.weight_g, details.recipient.postcode, today)
    if drafted.gross_ore + way.gross_ore != details.seen_ore:
        raise PriceChanged
    pack_on = check_day(drafted, details.delivery, details.wanted_on, today)
    taxed = tax_draft(drafted, way, cart.key, today)
    order = _order(cart, details, drafted, way, pack_on, taxed, now)
    lines = _lines(order, drafted, way, taxed, today)
    held = _reserve(drafted, pack_on, cart.key, now)  # from here on others wait for us: all is worked out before
    db.session.add(order)
    db.session.flush()
    write_lines(order.id, lines)
    order.number = f"{value('numbers.order_prefix')}{1000 + order.id}"
    db.session.connection().execute(
        _INSERT_SUPPLIES,
        [{"order_id": order.id, "supply_id": row.id, "pieces": pieces} for row, pieces in held],
    )
    refresh_steps({row.item_id for row, _pieces in held}, moved=held)
    _empty(cart, now)
    record("placed", "order", order.id, by=by, now=now, gross_ore=order.gross_ore)
    return order


def _check_sale(drafted: Draft, details: Details) -> None:
    if drafted.gone:
        names = ", ".join(f"«{_name_of(line)}»" for line in drafted.gone)
        raise Refused(
            _("%(names)s er ikke til salg længere. Der er ikke trukket penge, og resten er gemt.", names=names)
        )
    if not drafted.lines:
        raise Refused(_("Din bestilling er tom."))
    if drafted.changed:
        raise PriceChanged
    if drafted.age > details.age_confirmed:
        raise Refused(
            _("Der er alkohol i din bestilling. Du skal være fyldt %(age)s år.", age=drafted.age), field="age"
        )


def _name_of(line: CartLine) -> str:
    thing = line.basket or line.item
    assert thing is not None
    return localised(thing.current, "name") if thing.current else thing.slug


def check_day(drafted: Draft, delivery: str, wanted_on: date, today: date) -> date:
    """The day to pack on for a wished day. Refuses a day too early, too far off, or without delivery."""
    calendar = shop_calendar()
    return check_open_day(first_day(drafted.lead_days, delivery, today, calendar), delivery, wanted_on, today, calendar)


def check_open_day(first: date, delivery: str, wanted_on: date, today: date, calendar: Calendar) -> date:
    """The day to pack on for a day of delivery from `first` on. Refuses a day too early, too far off, or closed."""
    if wanted_on < first:
        raise Refused(_("Så hurtigt kan vi ikke nå det. Vælg en senere dag."), field="wanted_on")
    if wanted_on > last_day(today, calendar):
        raise Refused(_("Så langt frem kan vi ikke love noget. Vælg en tidligere dag."), field="wanted_on")
    if not calendar.is_open(wanted_on):
        raise Refused(_("Den dag leverer vi ikke. Vælg en hverdag, der ikke er helligdag."), field="wanted_on")
    return pack_day(wanted_on, delivery, calendar)


def tax_draft(drafted: Draft, way: Freight, key: str, today: date) -> list[TaxedLine]:
    """Every line with its VAT as it would be sold today, the freight last."""
    rates = rates_on(today)
    gross = [
        GrossLine(line.gross_ore, line.version.vat_category, rates[line.version.vat_category]) for line in drafted.lines
    ]
    gross.append(GrossLine(way.gross_ore, "S", rates["S"]))
    return tax_gross_lines(gross, key)


def _reserve(drafted: Draft, pack_on: date, key: str, now: datetime) -> list[tuple[Supply, int]]:
    needs = [(line, line.needs(pack_on)) for line in drafted.lines]
    try:
        return reserve([need for _line, some in needs for need in some], reference=f"order:{key}", now=now)
    except SoldOut as short:
        names = ", ".join(
            f"«{localised(line.version, 'name')}»"
            for line, some in needs
            if any(need.item_id in short.item_ids for need in some)
        )
        raise Refused(
            _(
                "Der er ikke nok tilbage af %(names)s. Der er ikke trukket penge, og din bestilling er gemt.",
                names=names,
            ),
            field="sold_out",
        ) from short


def _order(
    cart: Cart, details: Details, drafted: Draft, way: Freight, pack_on: date, taxed: Sequence[TaxedLine], now: datetime
) -> Order:
    return Order(
        number=cart.key[:20],
        cart_key=cart.key,
        token=secrets.token_urlsafe(24),
        state=PLACED,
        buyer_kind=details.buyer_kind,
        organisation=details.organisation.as_json() if details.organisation else {},
        customer_id=details.customer_id if details.organisation else None,
        language=details.language,
        placed_at=now,
        buyer_name=details.buyer.name,
        buyer_email=details.email,
        buyer_phone=details.phone,
        buyer_address=_plain(details.buyer),
        recipient={**_plain(details.recipient), "phone": details.recipient_phone},
        is_gift=details.is_gift,
        delivery=way.method,
        delivery_place=way.place,
        carrier_id=way.service.enterprise_id if way.service else None,
        wanted_on=details.wanted_on,
        pack_on=pack_on,
        terms_no=details.terms_no,
        age_confirmed=drafted.age,
        weight_g=drafted.weight_g,
        gross_ore=sum(line.gross_ore for line in taxed),
        net_ore=sum(line.net_ore for line in taxed),
        vat_ore=sum(line.vat_ore for line in taxed),
    )


def write_lines(order_id: int, lines: Sequence[OrderLine]) -> None:
    """Write an order's lines and all their shares: two statements, however many they are, on both databases."""
    connection = db.session.connection()
    written = connection.execute(_INSERT_LINES, [{**_values(line), "order_id": order_id} for line in lines])
    ids = {row.key: row.id for row in written}
    connection.execute(
        _INSERT_SHARES, [{**_values(share), "line_id": ids[line.key]} for line in lines for share in line.shares]
    )


def _values(row: OrderLine | Share) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _COLUMNS[type(row)]}


def _plain(address: PostalAddress) -> dict[str, Any]:
    return {
        name: getattr(address, name) for name in ("name", "attention", "line1", "line2", "postcode", "city", "country")
    }


def _lines(order: Order, drafted: Draft, way: Freight, taxed: Sequence[TaxedLine], today: date) -> list[OrderLine]:
    lines = []
    for position, (sold, tax) in enumerate(zip(drafted.lines, taxed[:-1], strict=True), start=1):
        line = _line(order, position, tax, sold.line.quantity, sold.unit_ore)
        line.text_da, line.text_en = sold.version.name_da, sold.version.name_en
        line.card_text = sold.line.card_text
        if isinstance(sold.thing, Basket):
            line.kind, line.policy, line.basket_version_id = BASKET, sold.version.policy, sold.version.id
            line.shares = basket_shares(line, sold.version)
        else:
            line.kind, line.policy, line.item_version_id = ITEM, "agreed", sold.version.id
            line.shares = item_shares(line, sold.thing, today)
        lines.append(line)
    freight = _line(order, len(lines) + 1, taxed[-1], 1, way.gross_ore)
    freight.kind, freight.policy, freight.text_da, freight.text_en = FREIGHT, RULE, way.text_da, way.text_en
    freight.shares = freight_shares(freight, way)
    return [*lines, freight]


def _line(order: Order, position: int, tax: TaxedLine, quantity: int, unit_ore: int) -> OrderLine:
    # The key follows from the cart's, so that the same order made again divides its øre the same way.
    key = hashlib.sha256(f"{order.cart_key}:{position}".encode()).hexdigest()[:32]
    return OrderLine(
        key=key,
        basket_version_id=None,  # every column has a value, so that all lines go in one statement
        item_version_id=None,
        card_text="",
        discount_net_ore=0,
        discount_vat_ore=0,
        position=position,
        quantity=quantity,
        unit_ore=unit_ore,
        gross_ore=tax.gross_ore,
        net_ore=tax.net_ore,
        vat_ore=tax.vat_ore,
        vat_category=tax.category,
        vat_rate_bp=tax.rate_bp,
        offset_bits=offset_bits(f"line:{key}"),
    )


def _empty(cart: Cart, now: datetime) -> None:
    db.session.connection().execute(_EMPTY_CART, {"cart": cart.id})
    db.session.expire(cart, ["lines"])
    cart.key = secrets.token_hex(16)
    cart.touched_at = now
    cart.checkout = {}
