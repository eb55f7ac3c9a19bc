"""Orders that the coordinator takes down for a buyer, and the money that comes in by hand."""

import secrets
from typing import Any

from flask import Blueprint, current_app, flash, g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from orders.cart.change import price_of, without_controls
from orders.cart.forms import read_key
from orders.cart.models import Cart
from orders.cart.queries import find_locked_cart, view_cart
from orders.checkout.answers import FIELDS, check_answers
from orders.checkout.forms import name_of_way, way_choices
from orders.checkout.overview import find_overview
from orders.checkout.place import PriceChanged, find_order_of_cart
from orders.counter.answers import BASKET_FIELD, ITEM_FIELD, TOLD_FIELDS, Told, read_told
from orders.counter.forms import WAY_NAMES, WAYS, MoneyForm, taken_form
from orders.counter.queries import MARK, baskets_on_sale, find_taken_down, items_on_sale
from orders.counter.take import check_way, start_taking, take_down, take_order
from orders.delivery.freight import local_service, ways_to_deliver
from orders.delivery.plan import first_day, last_open_day, shop_calendar
from orders.lock import lock_order
from orders.models import PARCEL, PICKUP
from orders.payments.models import CASH
from orders.payments.queries import by_hand, find_pay_way, money_of
from orders.payments.received import note_received
from orders.queries import find_order, find_order_id
from orders.states import CONFIRMED, NAMES, PLACED
from shop.days import local_day, utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.i18n import language
from shop.money import format_kr
from shop.numbers import whole_number
from shop.people.guards import coordinator_only
from shop.settings.read import value
from shop.web.templating import see_other

door = Blueprint("counter_office", __name__)
PATH = "/kontor/bestil"
KEPT = 1000


@door.get(PATH)
@coordinator_only
def taken() -> ResponseReturnValue:
    """The form; with a draft in the address, as it was left."""
    cart = find_taken_down(read_key(request.args.get("kladde", "")))
    typed = cart.checkout["typed"] if cart is not None else _beginning()
    return _form_page(typed, {}, cart.key if cart is not None else "")


@door.post(PATH)
@coordinator_only
def take() -> ResponseReturnValue:
    """Keep what was typed when all of it can be read, and show the whole with its price; else say what is wrong."""
    now = utc_now()
    typed = {name: without_controls(text)[:KEPT] for name, text in request.form.items() if _is_ours(name)}
    baskets, items = baskets_on_sale(), items_on_sale()
    told = read_told(typed, baskets, items, request.form.getlist("asked"))
    key = read_key(request.form.get("kladde", ""))
    if not told.reading.told:
        with transaction():
            held = find_locked_cart("", key)
            cart = held if held is not None and held.checkout.get(MARK) else start_taking(now)
            take_down(
                cart, told, typed, {row.id: row for row in baskets_on_sale()}, {row.id: row for row in items_on_sale()},
                now=now,
            )  # fmt: skip
            key = cart.key
            _check(cart, told)
    if told.reading.told:
        return _form_page(typed, told.reading.told, key, told.reading.asked, 422)
    return see_other(f"{PATH}/{key}")


def _is_ours(name: str) -> bool:
    return name in (*FIELDS, *TOLD_FIELDS) or name.startswith((BASKET_FIELD, ITEM_FIELD))


def _check(cart: Cart, told: Told) -> None:
    """What can only be said with the things at hand: the way, the day, the way to pay."""
    assert told.answers is not None
    today = local_day(utc_now())
    told.reading.errors |= check_answers(told.answers, view_cart(cart, today=today).drafted, today)[1]
    try:
        check_way(told.way, takes_cards=_takes_cards())
    except Refused as refused:
        told.reading.errors["way"] = refused.sentence


@door.get(f"{PATH}/<key>")
@coordinator_only
def look_over(key: str) -> ResponseReturnValue:
    """The whole order and its price, to be read aloud before it is placed."""
    return _overview_page(key)


@door.post(f"{PATH}/<key>")
@coordinator_only
def order(key: str) -> ResponseReturnValue:
    """Place it for the buyer; pressed twice, it is one order."""
    try:
        with transaction():
            number = _order_once(read_key(key))
    except PriceChanged:
        return _overview_page(key, _("En pris er ændret. Se den nye pris her, og sig den til køberen."), 409)
    except Refused as refused:
        return _overview_page(key, str(refused), 409)
    flash(_("Ordre %(number)s er taget imod.", number=number), "done")
    return see_other(f"/kontor/ordrer/{number}")


def _order_once(key: str) -> str:
    cart = find_locked_cart("", key)
    if cart is None or not cart.checkout.get(MARK):
        placed = find_order_of_cart(key) if key else None
        if placed is None:
            raise NotFound
        return placed.number
    told = _told(cart)
    if told.answers is None:
        raise Refused(_("Der mangler noget i ordren. Gå tilbage, og se den efter."))
    return take_order(
        cart,
        told.answers,
        way=told.way,
        language=told.language,
        age_confirmed=whole_number(request.form.get("age", ""), 2) or 0,
        seen_ore=whole_number(request.form.get("seen_ore", "")) or 0,
        takes_cards=_takes_cards(),
        by=g.person,
        now=utc_now(),
    ).number


def _told(cart: Cart) -> Told:
    """What was told, read again; the questions have been put."""
    return read_told(cart.checkout["typed"], baskets_on_sale(), items_on_sale(), cart.checkout["asked"])


def _overview_page(key: str, refusal: str = "", status: int = 200) -> ResponseReturnValue:
    cart = find_taken_down(read_key(key))
    if cart is None:
        placed = find_order_of_cart(read_key(key)) if read_key(key) else None
        if placed is None:
            raise NotFound
        return see_other(f"/kontor/ordrer/{placed.number}")
    told = _told(cart)
    overview = find_overview(cart, local_day(utc_now()), told.answers) if told.answers else None
    if overview is None:
        _check_again(cart, told)
        return _form_page(cart.checkout["typed"], told.reading.told, cart.key, told.reading.asked, 409)
    return render_template(
        "office/counter/overview.html", overview=overview, told=told, way=name_of_way(overview.way), cart_key=cart.key,
        ways=WAYS, refusal=refusal, is_cash=told.way == CASH,
    ), status  # fmt: skip


def _check_again(cart: Cart, told: Told) -> None:
    if told.answers is not None:
        _check(cart, told)


def _beginning() -> dict[str, str]:
    calendar, today = shop_calendar(), local_day(utc_now())
    day = first_day(_lead(), PARCEL, today, calendar)
    return {"language": "da", "delivery": PARCEL, "wanted_on": day.isoformat()}


def _lead() -> int:
    """The longest lead time of the baskets on sale: a day that suits them all."""
    return max((basket.current.lead_days for basket in baskets_on_sale() if basket.current), default=1)


def _form_page(
    typed: dict[str, str], told: dict[str, Any], key: str, asked: list[str] | None = None, status: int = 200
) -> ResponseReturnValue:
    today, calendar = local_day(utc_now()), shop_calendar()
    baskets, items = baskets_on_sale(), items_on_sale()
    choices = way_choices(ways_to_deliver(0, "", today), local_service(), int(value("freight.local_gross_ore")))
    return render_template(
        "office/counter/form.html", form=taken_form(typed, told, baskets, items, choices), baskets=baskets, items=items,
        draft=key, asked=asked or [], first=first_day(0, PICKUP, today, calendar), last=last_open_day(today, calendar),
        today=today, takes_cards=_takes_cards(),
        items_fields=[f"{ITEM_FIELD}{item.id}" for item in items], price_of=lambda thing: price_of(thing, utc_now()),
    ), status  # fmt: skip


def _takes_cards() -> bool:
    return bool(current_app.config["SETTINGS"].bank)


MONEY = "/kontor/ordrer/<number>/penge"


@door.get(MONEY)
@coordinator_only
def money(number: str) -> ResponseReturnValue:
    """What is due by hand, what has come, and the form for what came today."""
    return _money_page(number, _money_form({}))


@door.post(MONEY)
@coordinator_only
def note_money(number: str) -> ResponseReturnValue:
    """Note money received; the same form sent twice is noted once."""
    order_id = find_order_id(number)
    if order_id is None:
        raise NotFound
    form = MoneyForm(request.form)
    if not form.validate():
        return _money_page(number, form, 422)
    key, now = f"{order_id}:{request.form.get('key', '')[:40]}", utc_now()
    try:
        with transaction():
            locked = lock_order(order_id)
            note_received(
                locked, kind=str(form.kind.data), ore=int(form.ore.data), received_on=form.received_on.data, key=key,
                note=form.note.data or "", by=g.person, now=now,
            )  # fmt: skip
            standing, state = by_hand(locked), locked.state
    except Refused as refused:
        field = form[refused.field or "ore"]
        field.errors = [str(refused)]
        return _money_page(number, form, 409)
    flash(_noted(standing.missing_ore, standing.over_ore, state), "warn" if standing.over_ore else "done")
    return see_other(f"/kontor/ordrer/{number}/penge")


def _noted(missing_ore: int, over_ore: int, state: str) -> Any:
    """How the money stands now, in a sentence."""
    if over_ore:
        return _("Noteret. Der er %(over)s at betale tilbage.", over=format_kr(over_ore, language()))
    if state == PLACED and missing_ore:
        return _("Noteret. %(missing)s mangler endnu.", missing=format_kr(missing_ore, language()))
    if state == CONFIRMED:
        return _("Noteret. Hele beløbet er her, og ordren er bekræftet.")
    return _("Noteret.")


def _money_form(typed: dict[str, Any]) -> MoneyForm:
    return MoneyForm(data={"received_on": local_day(utc_now()), **typed})


def _money_page(number: str, form: MoneyForm, status: int = 200) -> ResponseReturnValue:
    found = find_order(number)
    if found is None:
        raise NotFound
    pay_way = find_pay_way(found.id)
    return render_template(
        "office/counter/money.html", order=found, form=form, standing=by_hand(found),
        money_rows=money_of(found.id), pay_way=pay_way, way_names=WAY_NAMES, names=NAMES,
        key=request.form.get("key", "")[:40] or secrets.token_hex(8),
    ), status  # fmt: skip
