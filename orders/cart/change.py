"""Change a cart: put in, change the number or the card, take out. All texts are cleaned here."""

import secrets
import unicodedata
from datetime import datetime, timedelta

from sqlalchemy import select

from catalog.baskets.models import PUBLISHED, Basket
from catalog.baskets.queries import find_basket_for_sale
from catalog.items.models import APPROVED, GOODS, Item
from catalog.items.queries import price_on
from orders.cart.models import Cart, CartLine
from orders.cart.queries import hash_of
from shop.days import local_day
from shop.db import db
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.i18n import localised
from shop.numbers import whole_number
from shop.settings.read import value

LONGEST_CARD = 400
MOST_LINES = 40
UNTOUCHED = timedelta(days=1)  # carts are kept for days: a look that changes nothing need not be noted more often


def new_cart(now: datetime) -> tuple[Cart, str]:
    """A fresh cart and the token that its browser keeps."""
    token = secrets.token_urlsafe(32)
    cart = Cart(
        token_hash=hash_of(token), key=secrets.token_hex(16), made_at=now, touched_at=now, checkout={}, lines=[]
    )
    db.session.add(cart)
    db.session.flush()
    return cart, token


def find_thing(basket_slug: str, item_slug: str) -> Basket | Item | None:
    """The basket or the single item of an address, also when it is withdrawn."""
    basket_slug, item_slug = without_controls(basket_slug), without_controls(item_slug)
    if basket_slug:
        unsold = select(Basket).where(Basket.slug == basket_slug, Basket.state != "draft")
        return find_basket_for_sale(basket_slug) or db.session.scalar(unsold)
    if item_slug:
        return db.session.scalar(
            select(Item).where(Item.slug == item_slug, Item.state != "draft", Item.sold_alone, Item.kind == GOODS)
        )
    return None


def is_for_sale(thing: Basket | Item) -> bool:
    """Whether it is sold today (not whether there is any left)."""
    return thing.current is not None and thing.state == (PUBLISHED if isinstance(thing, Basket) else APPROVED)


def read_quantity(text: str) -> int:
    """A typed number of pieces. Refuses what is no whole number, fewer than 1 and more than the setting allows."""
    most = int(value("limits.quantity"))
    pieces = whole_number(text.strip(), 9)
    if pieces is None or not 1 <= pieces <= most:
        raise Refused(_("Skriv et helt tal fra 1 til %(most)s.", most=most), field="quantity")
    return pieces


def without_controls(text: str) -> str:
    """A typed text with real line breaks and without what neither a page nor a database can hold."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in lines if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cs"))


def read_card(text: str) -> str:
    """A typed card text: composed letters, real line breaks, nothing invisible. Refuses more than 400 characters."""
    clean = unicodedata.normalize("NFC", without_controls(text)).strip()
    if len(clean) > LONGEST_CARD:
        raise Refused(
            _(
                "Der er plads til %(most)s tegn på kortet, og der står %(count)s. Gør teksten lidt kortere.",
                most=LONGEST_CARD,
                count=len(clean),
            ),
            field="card",
        )
    return clean


def put_in(cart: Cart, thing: Basket | Item, quantity: int, card_text: str, *, now: datetime) -> CartLine:
    """Put something in. The same thing with the same card adds up. Refuses what is not sold, and more than is sold."""
    if not is_for_sale(thing):
        name = localised(thing.current, "name") if thing.current else thing.slug
        raise Refused(_("«%(name)s» er ikke til salg længere. Resten af din bestilling er her stadig.", name=name))
    is_basket = isinstance(thing, Basket)
    for line in cart.lines:
        if (line.basket_id if is_basket else line.item_id) == thing.id and line.card_text == card_text:
            line.quantity = read_quantity(str(line.quantity + quantity))
            cart.touched_at = now
            return line
    if len(cart.lines) >= MOST_LINES:
        raise Refused(_("Der er plads til %(most)s forskellige ting i én bestilling.", most=MOST_LINES))
    line = CartLine(quantity=quantity, card_text=card_text, seen_ore=price_of(thing, now))
    if is_basket:
        line.basket_id = thing.id
    else:
        line.item_id = thing.id
    cart.lines.append(line)
    cart.touched_at = now
    db.session.flush()
    return line


def price_of(thing: Basket | Item, now: datetime) -> int:
    """What one piece costs a consumer today, in øre."""
    if isinstance(thing, Basket):
        assert thing.current is not None
        return thing.current.gross_ore
    return price_on(thing, local_day(now)).gross_ore


def change_line(cart: Cart, line: CartLine, *, quantity: int, card_text: str, now: datetime) -> None:
    """Another number or another card. One that is as it was is no reason to write: a day later it counts as touched."""
    if (line.quantity, line.card_text) != (quantity, card_text) or now - cart.touched_at > UNTOUCHED:
        line.quantity, line.card_text = quantity, card_text
        cart.touched_at = now


def take_out(cart: Cart, line: CartLine, *, now: datetime) -> None:
    """Take a line out."""
    cart.lines.remove(line)
    cart.touched_at = now
