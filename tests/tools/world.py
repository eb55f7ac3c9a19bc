"""Build orders through the real verbs, with sensible defaults: `place_order(...)`, `pay(order)`, `fulfil(order)`."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from catalog.baskets.models import Basket
from catalog.items.models import Item
from catalog.items.queries import price_on
from orders.cart.draft import draft
from orders.cart.models import Cart, CartLine
from orders.checkout.place import Details, lock_cart, place
from orders.delivery.freight import choose_way
from orders.delivery.plan import first_day, shop_calendar
from orders.lock import lock_order
from orders.models import PARCEL, Order
from orders.moves import pack, send
from orders.payments.models import SandboxPayment
from orders.payments.pay import last_payment, settle, start_payment
from orders.payments.sandbox import play
from shop.address import PostalAddress
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.jobs.outbox import carry_out, due_intentions
from shop.journal.record import BUYER

ADDRESS = PostalAddress("Karla Købersen", "", "Prøvevej 7", "", "8000", "Aarhus C")


def make_cart(
    baskets: Sequence[tuple[str, int]] = (("den-groenne-kurv", 1),),
    items: Sequence[tuple[str, int]] = (),
    card_text: str = "",
) -> Cart:
    """A cart with baskets and items by slug. Call inside a transaction."""
    now = utc_now()
    token = secrets.token_hex(8)
    cart = Cart(
        token_hash=hashlib.sha256(token.encode()).hexdigest(), key=secrets.token_hex(16), made_at=now, touched_at=now
    )
    db.session.add(cart)
    for slug, quantity in baskets:
        basket = db.session.scalars(select(Basket).where(Basket.slug == slug)).one()
        assert basket.current is not None
        cart.lines.append(
            CartLine(basket_id=basket.id, quantity=quantity, card_text=card_text, seen_ore=basket.current.gross_ore)
        )
    for slug, quantity in items:
        item = db.session.scalars(select(Item).where(Item.slug == slug)).one()
        cart.lines.append(
            CartLine(item_id=item.id, quantity=quantity, seen_ore=price_on(item, local_day(now)).gross_ore)
        )
    db.session.flush()
    return cart


def details_for(cart: Cart, *, delivery: str = PARCEL, now: datetime | None = None, **more: Any) -> Details:
    """What a buyer who has read everything would send; `more` overrides."""
    today = local_day(now or utc_now())
    drafted = draft(cart, today=today)
    recipient = more.get("recipient", ADDRESS)
    way = choose_way(delivery, more.get("place", ""), drafted.weight_g, recipient.postcode, today)
    values: dict[str, Any] = {
        "buyer": ADDRESS,
        "email": "karla@example.com",
        "phone": "12345678",
        "recipient": ADDRESS,
        "recipient_phone": "12345678",
        "is_gift": False,
        "delivery": delivery,
        "place": "",
        "wanted_on": first_day(drafted.lead_days, delivery, today, shop_calendar()),
        "age_confirmed": drafted.age,
        "terms_no": "test",
        "language": "da",
        "seen_ore": drafted.gross_ore + way.gross_ore,
    }
    return Details(**{**values, **more})


def place_order(
    baskets: Sequence[tuple[str, int]] = (("den-groenne-kurv", 1),),
    items: Sequence[tuple[str, int]] = (),
    *,
    card_text: str = "",
    **more: Any,
) -> Order:
    """Place an order through the verb, payment started, in a transaction of its own."""
    with transaction():
        cart = lock_cart(make_cart(baskets, items, card_text).id)
        order = place(cart, details_for(cart, **more), by=BUYER, now=utc_now())
        start_payment(order, back_url=f"/ordre/{order.token}", now=utc_now())
    return order


def pay(order: Order, *, now: datetime | None = None) -> None:
    """The customer pays at the bank and the shop hears of it."""
    with transaction():
        payment = last_payment(order.id)
        assert payment is not None
        row = select(SandboxPayment).where(SandboxPayment.foreign_id == payment.foreign_id)
        play(db.session.scalars(row).one(), "pay")
    settle(payment.id, now=now or utc_now())


def fulfil(order: Order) -> None:
    """Packed and sent."""
    now = utc_now()
    with transaction():
        pack(lock_order(order.id), by=BUYER, now=now)
    with transaction():
        send(lock_order(order.id), by=BUYER, now=now + timedelta(seconds=1))


def work(within: timedelta = timedelta(seconds=5)) -> None:
    """What the worker would do until so long from now; all of it succeeds."""
    soon = utc_now() + within
    while waiting := due_intentions(soon):
        for number in waiting:
            assert carry_out(number, now=soon), number
