"""The coordinator's money moves on one order: a discount, something taken back, or money given back.

Each has a form, then a page that shows exactly what will happen, and only its button does it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue

from orders import words
from orders.books.post import received_ore
from orders.books.rules import is_sold
from orders.lock import lock_order
from orders.models import Order
from orders.queries import find_order
from orders.refunds.discount import is_given
from orders.refunds.forms import ComponentForm, DiscountForm, GoodwillForm, MoneyForm, goods_form
from orders.refunds.give import find_refund
from orders.reversals.queries import lines_left
from orders.reversals.taking import LineLeft
from orders.states import CANCELLED, EXPIRED, PLACED
from shop.days import utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.i18n import lazy_gettext
from shop.people.guards import coordinator_only
from shop.web.templating import see_other

door = Blueprint("refunds_office", __name__)
ORDER = "/kontor/ordrer/<number>"
DISCOUNT, GOODS, COMPONENT, GOODWILL = "rabat", "refunder", "vare", "kulance"


@dataclass(frozen=True, slots=True)
class Need:
    """One of the four: what it is called, what its form is made from, and what it says when it is done."""

    title: Any
    form: Callable[[Order, Sequence[LineLeft]], type[MoneyForm]]
    done: Any


NEEDS = {
    DISCOUNT: Need(
        lazy_gettext("Giv rabat"),
        lambda _order, _left: DiscountForm,
        lazy_gettext("Rabatten er givet."),
    ),
    GOODS: Need(
        lazy_gettext("Refundér eller annullér en del"),
        goods_form,
        lazy_gettext("Det er taget tilbage."),
    ),
    COMPONENT: Need(
        lazy_gettext("Refundér én vare i en kurv"),
        lambda _order, _left: ComponentForm,
        lazy_gettext("Det er taget tilbage."),
    ),
    GOODWILL: Need(
        lazy_gettext("Giv penge tilbage (kulance)"),
        lambda _order, _left: GoodwillForm,
        lazy_gettext("Pengene er givet tilbage."),
    ),
}


@door.get(f"{ORDER}/<any(rabat, refunder, vare, kulance):need>")
@coordinator_only
def ask(number: str, need: str) -> ResponseReturnValue:
    """The form of one of the four; when it cannot be done now, why."""
    order = find_order(number) or abort(404)
    return _form_page(order, need, _form_of(order, need, None))


@door.post(f"{ORDER}/<any(rabat, refunder, vare, kulance):need>")
@coordinator_only
def answer(number: str, need: str) -> ResponseReturnValue:
    """Show what will happen; with the last button, do it. Refused: beside the field, and nothing typed is lost."""
    order = find_order(number) or abort(404)
    form, step = _form_of(order, need, request.form), request.form.get("trin")
    if step == "ret":
        return _form_page(order, need, form)
    if not form.validate():
        return _form_page(order, need, form, 422)
    try:
        if step == "goer" and _do(order.id, form):
            flash(NEEDS[need].done, "done")
            return see_other(f"/kontor/ordrer/{number}#penge")
        return _preview(order, need, form, changed=step == "goer")
    except Refused as refused:
        beside = form.tell(refused.sentence, refused.field)
        return _form_page(order, need, form, 409, refusal="" if beside else str(refused))


def _form_of(order: Order, need: str, typed: Any) -> MoneyForm:
    left = lines_left(order.id)
    return NEEDS[need].form(order, left).about(order, left, typed, sold=is_sold(order.id))


def _do(order_id: int, form: MoneyForm) -> bool:
    """Do it, if it is still what the person was shown. Done before (a second click): done."""
    with transaction():
        locked = lock_order(order_id)
        form.order, form.left = locked, lines_left(locked.id)
        if find_refund(form.cause_key) is not None or is_given(locked, form.cause_key):
            return True
        if form.foresee(locked).digest != form.seen.data:
            return False
        form.give(locked, by=g.person, now=utc_now())
    return True


def _preview(order: Order, need: str, form: MoneyForm, *, changed: bool) -> ResponseReturnValue:
    outlook = form.foresee(order)
    return render_template(
        "office/refunds/preview.html", order=order, need=need, title=NEEDS[need].title, form=form, outlook=outlook,
        changed=changed, is_paid=received_ore(order.id) > 0, is_placed=order.state == PLACED, words=words,
    ), 409 if changed else 200  # fmt: skip


def _form_page(order: Order, need: str, form: MoneyForm, status: int = 200, refusal: str = "") -> ResponseReturnValue:
    return render_template(
        "office/refunds/form.html", order=order, need=need, needs=NEEDS, title=NEEDS[need].title, form=form,
        refusal=refusal, closed=_why_not(order, need, form.left), sold=is_sold(order.id),
    ), status  # fmt: skip


def _why_not(order: Order, need: str, left: Sequence[LineLeft]) -> str:
    """Why it cannot be done at all now, in a sentence; nothing when it can."""
    if order.state in (CANCELLED, EXPIRED):
        return str(_("Ordre %(number)s er annulleret. Der er ikke noget at give tilbage.", number=order.number))
    if need == DISCOUNT and order.state != PLACED:
        return str(_("Ordren er bekræftet. Rabat gives, før den er det. Nu kan du give penge tilbage i stedet."))
    if not any(line.gross_ore for line in left):
        return str(_("Der er ikke noget tilbage af ordren."))
    return ""
