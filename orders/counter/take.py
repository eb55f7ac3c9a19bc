"""Take an order for a buyer on the telephone or at a stall: the shop's own way of placing, other ways to pay."""

from datetime import datetime, timedelta

from catalog.baskets.models import Basket
from catalog.items.models import Item
from orders.cart.change import new_cart, price_of
from orders.cart.models import Cart, CartLine
from orders.checkout.answers import details_of
from orders.checkout.place import Answers, place
from orders.counter.answers import Told
from orders.counter.queries import MARK
from orders.models import Order
from orders.payments.credit import give_credit, usual_days
from orders.payments.models import CASH, INVOICE, LINK, TRANSFER, PayWay
from orders.payments.received import note_received
from orders.tell import tell_buyer
from orders.terms import terms_no
from shop.days import day_ends, local_day
from shop.db import db
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By
from shop.settings.read import value


def start_taking(now: datetime) -> Cart:
    """A cart of no browser: the token nobody keeps opens it for nobody."""
    cart, _token = new_cart(now)
    return cart


def take_down(
    cart: Cart,
    told: Told,
    typed: dict[str, str],
    baskets: dict[int, Basket],
    items: dict[int, Item],
    *,
    now: datetime,
) -> None:
    """Keep in a cart of the office what the buyer has told, at today's prices. What it held before is forgotten."""
    cart.lines.clear()
    db.session.flush()
    for number, pieces in told.baskets.items():
        price = price_of(baskets[number], now)
        cart.lines.append(CartLine(basket_id=number, quantity=pieces, card_text=told.card, seen_ore=price))
    for number, pieces in told.items.items():
        cart.lines.append(
            CartLine(item_id=number, quantity=pieces, card_text="", seen_ore=price_of(items[number], now))
        )
    cart.checkout = {MARK: True, "typed": typed, "asked": told.reading.asked}
    cart.touched_at = now


def check_way(way: str, *, takes_cards: bool) -> None:
    """Refuses a pay link without a bank, and a transfer to an account nobody has written down."""
    if way == LINK and not takes_cards:
        raise Refused(_("Butikken kan ikke tage imod kort lige nu. Vælg overførsel eller kontant."), field="way")
    if way == TRANSFER and not (value("seller.bank_reg") and value("seller.bank_account")):
        raise Refused(_("Skriv først butikkens bankkonto i indstillingerne."), field="way")


def take_order(
    cart: Cart,
    answers: Answers,
    *,
    way: str,
    language: str,
    age_confirmed: int,
    seen_ore: int,
    takes_cards: bool,
    by: By,
    now: datetime,
) -> Order:
    """Place the order of a locked cart for its buyer, and note how it is paid. Cash is in the hand: it is confirmed.

    An organisation's on an invoice is so too: whoever takes it down says that it may pay later.

    Refuses what `place` refuses, and a way to pay that the shop does not have. Until it is paid it waits the set days,
    and no longer than to the end of the day it is to be packed.
    """
    check_way(way, takes_cards=takes_cards)
    for line in cart.lines:
        thing = line.basket or line.item
        assert thing is not None
        line.seen_ore = price_of(thing, now)  # the total that was read aloud is what is compared
    details = details_of(
        answers, age_confirmed=age_confirmed, terms_no=terms_no(), language=language, seen_ore=seen_ore
    )
    order = place(cart, details, by=by, now=now)
    latest = now + timedelta(days=int(value("times.by_hand_days")))
    db.session.add(PayWay(order_id=order.id, way=way, until=min(latest, day_ends(order.pack_on))))
    db.session.flush()
    if way == INVOICE:
        give_credit(order, usual_days(order.buyer_kind), by=by, now=now)
    elif way == CASH:
        key = f"counter:{order.id}"
        note_received(order, kind=CASH, ore=order.gross_ore, received_on=local_day(now), key=key, by=by, now=now)
    else:
        tell_buyer(order, "order_taken", now=now)
    return order
