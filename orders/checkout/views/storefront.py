"""The checkout: who, where, how and when; then everything on one page with the button «Bestil og betal»."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request

from orders.cart.change import without_controls
from orders.cart.cookie import cart_token, show_count
from orders.cart.draft import draft
from orders.cart.forms import read_key
from orders.cart.models import Cart
from orders.cart.queries import CartView, find_cart, find_cart_by_key, find_locked_cart, view_cart
from orders.checkout.answers import Reading, check_answers, keep, read_answers
from orders.checkout.forms import checkout_form, name_of_way, way_choices
from orders.checkout.overview import Overview, find_overview
from orders.checkout.place import PriceChanged, find_order_of_cart
from orders.checkout.placed import recently_placed
from orders.checkout.send import Going, Sent, fingerprint, note_seen, order_and_pay, order_path, read_sent
from orders.checkout.units import typed_for, units_of
from orders.delivery.freight import local_service, ways_to_deliver
from orders.delivery.plan import first_day, last_open_day, shop_calendar
from orders.models import LOCAL, PARCEL, PICKUP
from orders.payments.credit import usual_days
from orders.payments.go import to_bank, way_to_pay
from orders.payments.later import asked_on
from orders.payments.models import INVOICE
from orders.terms import terms_no
from shop.days import local_day, utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.i18n import language
from shop.journal.record import BUYER
from shop.numbers import whole_number
from shop.people.guards import buying_for
from shop.settings.read import value
from shop.web.absolute import absolute
from shop.web.templating import see_other

door = Blueprint("checkout", __name__)
ON_DETAILS = ("wanted_on", "delivery")  # refusals that are mended on the first page
UNMET = ("terms", "age", "way")  # what was left out; everything else met a change in the shop


@door.get("/kassen")
def show_details() -> Response:
    """Who orders, who gets it, how and when."""
    cart = find_cart(cart_token())
    if cart is None or not cart.lines:
        return _empty(cart)
    return _details_page(cart, Reading())


@door.post("/kassen")
def keep_details() -> Response:
    """Keep what was typed, whatever it is; go on when nothing is left to be said."""
    typed, today = dict(request.form.items()), local_day(utc_now())
    with transaction():
        cart = find_locked_cart(cart_token()) or find_locked_cart("", read_key(request.form.get("key", "")))
        if cart is None or not cart.lines:
            return _empty(cart)
        reading = read_answers(typed, cart.checkout.get("asked", ()))
        cart.checkout = {"typed": keep(typed), "asked": reading.asked}
        cart.touched_at = utc_now()
        if reading.answers is not None:
            reading.errors |= check_answers(reading.answers, draft(cart, today=today), today)[1]
    if reading.told:
        shown = {name: without_controls(text) for name, text in typed.items()}
        return _details_page(cart, reading, shown, 422)
    return see_other("/kassen/bestil")


@door.get("/kassen/bestil")
def show_overview() -> Response:
    """The whole order, its price, and the button."""
    return _overview_page(find_cart(cart_token()))


@door.post("/kassen/bestil")
def order() -> Response:
    """Place the order and start its payment; pressed twice, it is one order."""
    sent = read_sent(request.form)
    if not _takes_payment() and sent.way != INVOICE:
        return _overview_page(find_cart(cart_token()), status=409)
    try:
        url = _order_once(sent)
    except PriceChanged as changed:
        return _price_changed(sent, changed)
    except Refused as refused:
        return _refused(sent, refused)
    response = see_other(url)
    show_count(response, 0)
    return response


def _order_once(sent: Sent) -> str:
    """Where the buyer goes now: to the bank, or, when this cart was ordered before, to that order's payment."""
    now = utc_now()
    with transaction():
        cart = find_locked_cart("", sent.key)
        going = None if cart is None else _place(cart, sent, now)
    if going is not None:
        return to_bank(going.opening, going.path, absolute=absolute, now=now) if going.opening else going.path
    found = find_order_of_cart(sent.key) if sent.key else None
    if found is None:
        return "/kassen/bestil"
    return way_to_pay(found.id, order_path, absolute=absolute, now=now)


def _place(cart: Cart, sent: Sent, now: datetime) -> Going:
    here = buying_for()
    return order_and_pay(
        cart, sent, by=BUYER, language=language(), now=now, takes_cards=_takes_payment(),
        customer_id=here.customer.id if here else None,
    )  # fmt: skip


def _price_changed(sent: Sent, changed: PriceChanged) -> Response:
    with transaction():
        cart = find_locked_cart("", sent.key)
        if cart is not None:
            note_seen(cart, sent)
    return _overview_page(cart, refused=changed, status=409)


def _refused(sent: Sent, refused: Refused) -> Response:
    cart = find_cart_by_key(sent.key)
    if cart is not None and refused.field in ON_DETAILS:
        return _details_page(cart, Reading(errors={refused.field: refused.sentence}), status=409)
    return _overview_page(cart, refused=refused, sent=sent, status=422 if refused.field in UNMET else 409)


def _details_page(cart: Cart, reading: Reading, typed: dict[str, str] | None = None, status: int = 200) -> Response:
    today, calendar = local_day(utc_now()), shop_calendar()
    view = view_cart(cart, today=today)
    kept = typed if typed is not None else cart.checkout.get("typed")
    here = buying_for()
    unit_id = whole_number(request.args.get("enhed", ""), 9)
    if here and (kept is None or unit_id):
        kept = {**(kept or {}), **typed_for(here.customer, here.person, unit_id)}
    ways = ways_to_deliver(view.drafted.weight_g, "", today)
    first = {method: first_day(view.drafted.lead_days, method, today, calendar) for method in (PARCEL, PICKUP, LOCAL)}
    local = local_service()
    choices = way_choices(ways, local, int(value("freight.local_gross_ore")))
    is_blank = kept is None and not reading.told
    if kept is None or "delivery" not in kept:
        chosen = choices[0][0] if choices else ""
        kept = {"delivery": chosen, "wanted_on": first[PARCEL].isoformat(), **(kept or {})}
    response = _own(
        "storefront/checkout/details.html",
        status,
        form=checkout_form(kept, choices, reading.told),
        is_blank=is_blank,
        asks_only=bool(reading.questions) and not reading.errors,
        view=view,
        cart_key=cart.key,
        first=first,
        last=last_open_day(today, calendar),
        served=local.served_postcodes if local else (),
        units=units_of(here.customer.id) if here else (),
        account=here.customer if here else None,
        too_heavy=not any(way.method == PARCEL for way in ways),
    )
    show_count(response, cart.pieces)
    return response


def _overview_page(
    cart: Cart | None, *, refused: Refused | None = None, sent: Sent | None = None, status: int = 200
) -> Response:
    if cart is None or not cart.lines:
        return _empty(cart)
    overview = find_overview(cart, local_day(utc_now()))
    if overview is None:
        if "typed" not in cart.checkout:
            return see_other("/kassen")
        return _details_page(cart, _read_again(cart), status=409)
    return _own(
        "storefront/checkout/overview.html",
        status,
        overview=overview,
        way=name_of_way(overview.way),
        cart_key=cart.key,
        shown=fingerprint(cart),
        terms_no=terms_no(),
        error=_told(refused, overview.view) if refused else None,
        way_chosen=sent.way if sent else INVOICE,
        credit_said=_credit_said(overview),
        asked_on=asked_on(overview.pack_on) if overview.is_far else None,
        ticked={"terms": bool(sent and sent.terms and sent.terms_no == terms_no()), "age": bool(sent and sent.age)},
        takes_payment=_takes_payment(),
    )


def _credit_said(overview: Overview) -> str:
    """What an organisation is told of buying on an invoice."""
    days = usual_days(overview.answers.buyer_kind)
    return str(
        _("Vi godkender først købet. Fakturaen kommer, når vi sender, og skal betales %(days)s dage efter.", days=days)
    )


def _read_again(cart: Cart) -> Reading:
    """What was answered before, and what is to be said about it today."""
    today = local_day(utc_now())
    reading = read_answers(cart.checkout["typed"], cart.checkout.get("asked", ()))
    if reading.answers is not None:
        reading.errors |= check_answers(reading.answers, draft(cart, today=today), today)[1]
    return reading


def _told(refused: Refused, view: CartView) -> dict[str, Any]:
    """The sentence and where on the page it belongs."""
    field = refused.field if refused.field in UNMET else "lines"
    return {"sentence": str(refused), "field": field, "stopped": bool(view.stopped)}


def _empty(cart: Cart | None) -> Response:
    return _own("storefront/checkout/empty.html", 200, placed=recently_placed(cart) if cart else None)


def _takes_payment() -> bool:
    return bool(current_app.config["SETTINGS"].bank)


def _own(template: str, status: int, **values: Any) -> Response:
    response = make_response(render_template(template, **values), status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
