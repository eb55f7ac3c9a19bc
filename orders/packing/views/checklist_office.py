"""The *billedtjekliste*: one order at a time, one thing a step. Works by plain forms; a script adds keys and speech."""

import secrets
from typing import Any

from flask import Blueprint, abort, g, render_template, request, session
from flask.typing import ResponseReturnValue

from orders.lock import lock_order
from orders.models import Order
from orders.packing import words
from orders.packing.days import day_of
from orders.packing.plan import plan_of
from orders.packing.steps import Step, checklist_of
from orders.packing.work import begin, find_work, tick, untick
from orders.queries import find_order_id
from orders.states import CONFIRMED, NAMES, check_move
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.forms import one_line
from shop.i18n import gettext as _
from shop.i18n import localised, ngettext
from shop.numbers import whole_number
from shop.people.guards import coordinator_only
from shop.web.templating import see_other

door = Blueprint("checklist_office", __name__)
PATH = "/kontor/pakning/<day>/ordre/<number>"


def tablet() -> str:
    """What this tablet is known by, as long as somebody is signed in on it."""
    if "tablet" not in session:
        session["tablet"] = secrets.token_hex(16)
    return str(session["tablet"])


def _address(order: Order, step: int = 0) -> str:
    return f"/kontor/pakning/{order.pack_on}/ordre/{order.number}" + (f"?trin={step}" if step else "")


@door.get(PATH)
@coordinator_only
def checklist(day: str, number: str) -> ResponseReturnValue:
    """The step an order has come to, or the one asked for; before it is begun, who is at it, and after it is packed."""
    return _page(_order(day, number))


@door.post(f"{PATH}/begynd")
@coordinator_only
def begin_packing(day: str, number: str) -> ResponseReturnValue:
    """Begin, go on, or take over from another tablet."""
    order_id = _order(day, number).id
    try:
        with transaction():
            order = lock_order(order_id)
            begin(order, tablet(), by=g.person, now=utc_now(), take_over=bool(request.form.get("overtag")))
            address = _address(order)
    except Refused as refused:
        return _page(_order(day, number), 409, refusal=str(refused))
    return see_other(address)


@door.post(f"{PATH}/kryds")
@coordinator_only
def tick_step(day: str, number: str) -> ResponseReturnValue:
    """One thing is in; with the last one the order is packed."""
    key, code = one_line(request.form.get("trin", "")[:60]), one_line(request.form.get("kode", "")[:60])
    order_id = _order(day, number).id
    try:
        with transaction():
            order = lock_order(order_id)
            tick(order, key, tablet(), code=code, by=g.person, now=utc_now())
            address = _address(order)
    except Refused as refused:
        return _page(_order(day, number), 409, refusal=str(refused), at=key, code=code)
    return see_other(address)


@door.post(f"{PATH}/tag-ud")
@coordinator_only
def untick_step(day: str, number: str) -> ResponseReturnValue:
    """It was not put in after all: its step is open again."""
    key = one_line(request.form.get("trin", "")[:60])
    order_id = _order(day, number).id
    try:
        with transaction():
            order = lock_order(order_id)
            untick(order, key, tablet(), now=utc_now())
            steps = checklist_of(order_id).steps
            address = _address(order, next((no for no, one in enumerate(steps, start=1) if one.key == key), 0))
    except Refused as refused:
        return _page(_order(day, number), 409, refusal=str(refused), at=key)
    return see_other(address)


def _order(day: str, number: str) -> Order:
    """An order of the day; one that is packed on another day is not there."""
    order_id = find_order_id(number) or abort(404)
    order = db.session.get_one(Order, order_id)
    return order if order.pack_on == day_of(day) else abort(404)


def _page(order: Order, status: int = 200, *, refusal: str = "", at: str = "", code: str = "") -> ResponseReturnValue:
    values: dict[str, Any] = {"order": order, "refusal": refusal, "words": words, "names": NAMES}
    if order.state != CONFIRMED:
        return _over(order, status, values)
    work = find_work(order.id)
    mine = work is not None and work.tablet == session.get("tablet")
    found = checklist_of(order.id)
    values |= {"checklist": found, "work": work}
    if not mine:
        return render_template("office/packing/begin.html", **values), status
    asked = whole_number(request.args.get("trin", ""), 5) or 0
    steps = list(found.steps)
    no = next((place for place, one in enumerate(steps, start=1) if one.key == at), 0)
    no = no or (asked if 1 <= asked <= len(steps) else found.next_no)
    step = steps[no - 1]
    return render_template(
        "office/packing/step.html", step=step, no=no, total=len(steps), say=said(step), code=code, **values
    ), status


def _over(order: Order, status: int, values: dict[str, Any]) -> ResponseReturnValue:
    """Packed, or never to be: what is next."""
    plan = plan_of(order.pack_on)
    own = next((one for one in plan.orders if one.order_id == order.id), None)
    batch = next((one for one in plan.batches if own and one.key == own.batch), plan.all)
    try:
        check_move(order, "pack")
    except Refused as refused:
        values["refusal"] = "" if own and own.is_done else str(refused)
    return render_template("office/packing/packed.html", next=batch.next, batch=batch, own=own, **values), status


def said(step: Step) -> str:
    """What a step says, in short words that can be read aloud."""
    if step.kind == "close":
        return _("Læg følgesedlen i. Luk pakken. Sæt adressen på.")
    if step.kind == "card":
        return _("Læg %(count)s kort i.", count=step.count) if step.count > 1 else _("Læg kortet i.")
    assert step.version is not None
    name = localised(step.version, "name")
    if step.baskets > 1 and not step.basket_no:
        each = step.count // step.baskets
        return _("Tag %(count)s stk. %(name)s. Læg %(each)s i hver kurv.", count=step.count, name=name, each=each)
    return ngettext(
        "Tag %(num)s stk. %(name)s. Læg den i.", "Tag %(num)s stk. %(name)s. Læg dem i.", step.count, name=name
    )
