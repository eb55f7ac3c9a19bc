"""The buyer's cart."""

from collections.abc import Sequence

from flask import Blueprint, Response, abort, render_template, request

from catalog.baskets.models import Basket
from catalog.items.models import Item
from orders.cart.change import (
    change_line,
    find_thing,
    new_cart,
    put_in,
    read_card,
    read_quantity,
    take_out,
    without_controls,
)
from orders.cart.cookie import cart_token, keep_token, show_count
from orders.cart.forms import TypedLine, as_typed, read_lines
from orders.cart.models import Cart
from orders.cart.queries import find_cart, find_locked_cart, view_cart
from orders.checkout.placed import recently_placed
from shop.days import local_day, utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.i18n import localised
from shop.web.csrf import same_origin_only
from shop.web.headers import own
from shop.web.templating import see_other

door = Blueprint("cart", __name__)


@door.post("/bestilling/laeg")
@same_origin_only
def put_in_cart() -> Response:
    """Put a basket or an item into the sender's own cart."""
    thing = find_thing(request.form.get("basket", "")[:80], request.form.get("vare", "")[:80])
    if thing is None:
        abort(404)
    token, now = cart_token(), utc_now()
    made = ""
    try:
        quantity = read_quantity(request.form.get("antal", "1"))
        card = read_card(request.form.get("kort", ""))
        with transaction():
            cart = find_locked_cart(token)
            if cart is None:
                cart, made = new_cart(now)
            put_in(cart, thing, quantity, card, now=now)
            pieces = cart.pieces
    except Refused as refused:
        return _page(find_cart(token), adding=(thing, refused), status=422 if refused.field else 409)
    response = _to("/bestilling")
    if made:
        keep_token(response, made)
    show_count(response, pieces)
    return response


@door.get("/bestilling/laeg")
def put_in_cart_again() -> Response:
    """The page of a refused POST, opened anew or in the other language."""
    return _to("/bestilling")


@door.get("/bestilling")
def show_cart() -> Response:
    """What is in the cart, and what has changed since it was put there."""
    return _page(find_cart(cart_token()))


@door.post("/bestilling")
def change_cart() -> Response:
    """Numbers, cards, and lines taken out; what is mistyped is said beside its field and everything else is kept."""
    now = utc_now()
    with transaction():
        cart = find_locked_cart(cart_token())
        if cart is None:
            return _to("/bestilling")
        typed = read_lines(cart, request.form)
        _change(cart, typed)
        out = next((line for line in cart.lines if str(line.id) == request.form.get("fjern")), None)
        if out is not None:
            take_out(cart, out, now=now)
            typed = [one for one in typed if one.line_id != out.id]
        pieces = cart.pieces
    wrong = [one for one in typed if one.errors]
    if wrong:
        response = _page(cart, typed=wrong, status=422)
    else:
        response = _to("/kassen" if "videre" in request.form else "/bestilling")
    show_count(response, pieces)
    return response


def _change(cart: Cart, typed: Sequence[TypedLine]) -> None:
    now, by_id = utc_now(), {one.line_id: one for one in typed}
    for line in cart.lines:
        one = by_id.get(line.id)
        if one is None:
            continue
        change_line(
            cart,
            line,
            quantity=line.quantity if "quantity" in one.errors else one.read_quantity,
            card_text=line.card_text if "card" in one.errors else one.read_card,
            now=now,
        )


def _page(
    cart: Cart | None,
    *,
    typed: Sequence[TypedLine] = (),
    adding: tuple[Basket | Item, Refused] | None = None,
    status: int = 200,
) -> Response:
    view = view_cart(cart, today=local_day(utc_now())) if cart else None
    response = own(
        render_template(
            "storefront/cart/cart.html",
            view=view if view and view.lines else None,
            fields=as_typed(view.lines, typed) if view else {},
            mistyped=[one for one in typed if one.errors],
            adding=_adding(*adding) if adding else None,
            placed=recently_placed(cart) if cart else None,
        ),
        status,
    )
    show_count(response, cart.pieces if cart else 0)
    return response


def _adding(thing: Basket | Item, refused: Refused) -> dict[str, str]:
    """What could not be put in, with what was typed, so that it can be put right here."""
    return {
        "name": localised(thing.current, "name") if thing.current else thing.slug,
        "field": "basket" if isinstance(thing, Basket) else "vare",
        "slug": thing.slug,
        "quantity": without_controls(request.form.get("antal", "1")[:40]),
        "card": without_controls(request.form.get("kort", "")[:4000]),
        "sentence": str(refused) or _("Det kunne vi ikke lægge i bestillingen."),
        "wrong": refused.field or "",
    }


def _to(path: str) -> Response:
    return own(see_other(path))
