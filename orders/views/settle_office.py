"""One order's account with its buyer: what was paid, what is open, and what a coordinator may decide about it."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import Form

from orders.books.models import EARNED, RECEIVABLE
from orders.books.post import handed_over_ore, order_balance, share_balances
from orders.books.rules import is_sold, post_write_off
from orders.books.story import find_posting
from orders.ledger.forms import RepaidForm, WhyForm
from orders.ledger.settle import release_shares
from orders.lock import lock_order
from orders.models import Order
from orders.payments.repay import note_repaid, owed_to_buyer
from orders.queries import find_order, find_order_id
from orders.reversals.queries import gross_left
from orders.states import CANCELLED, EXPIRED
from shop.days import utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import lazy_gettext
from shop.people.guards import coordinator_only
from shop.web.templating import see_other

door = Blueprint("settle_office", __name__)
PATH = "/kontor/ordrer/<number>/tilgode"
WRITE_OFF, RELEASE, REPAID = "afskriv", "frigiv", "tilbagebetalt"
Forms = dict[str, Form]


def _write_off(order: Order, form: Form) -> None:
    post_write_off(order, why=form["why"].data or "", by=g.person, now=utc_now())


def _release(order: Order, form: Form) -> None:
    release_shares(order, why=form["why"].data or "", by=g.person, now=utc_now())


def _repaid(order: Order, form: Form) -> None:
    key = f"{order.id}:{form['key'].data}"
    if find_posting(f"repaid:by_hand:{key}") is None:
        note_repaid(order, int(form["amount"].data), key, kind=form["how"].data, by=g.person, now=utc_now())


VERBS: dict[str, tuple[type[Form], Callable[[Order, Form], None], object]] = {
    WRITE_OFF: (WhyForm, _write_off, lazy_gettext("Det, køberen skylder, er afskrevet.")),
    RELEASE: (WhyForm, _release, lazy_gettext("Andelene er frigivet til udbetaling.")),
    REPAID: (RepaidForm, _repaid, lazy_gettext("Det er noteret, at pengene er givet tilbage.")),
}


@door.get(PATH)
@coordinator_only
def account(number: str) -> ResponseReturnValue:
    """What stands between the shop and one buyer, and the forms that fit."""
    return _page(number, {})


@door.post(f"{PATH}/<any(afskriv, frigiv, tilbagebetalt):word>")
@coordinator_only
def settle(number: str, word: str) -> ResponseReturnValue:
    """Write off what is owed, release a part-paid order's shares, or note money given back by hand."""
    order_id = find_order_id(number) or abort(404)
    made, verb, done = VERBS[word]
    form = made(request.form, prefix=f"{word}-")
    if not form.validate():
        return _page(number, {word: form}, 422)
    try:
        with transaction():
            verb(lock_order(order_id), form)
    except Refused as refused:
        beside = refused.field if refused.field and refused.field in form else ""
        if beside:
            form[beside].errors = [*form[beside].errors, str(refused)]
        return _page(number, {word: form}, 409, refusal="" if beside else str(refused))
    flash(str(done), "done")
    return see_other(f"/kontor/ordrer/{number}/tilgode")


def _page(number: str, forms: Forms, status: int = 200, refusal: str = "") -> ResponseReturnValue:
    order = find_order(number) or abort(404)
    sold, owed, (received, fees) = is_sold(order.id), owed_to_buyer(order), handed_over_ore(order.id)
    if REPAID not in forms:
        forms = {**forms, REPAID: RepaidForm(prefix=f"{REPAID}-", amount=max(0, owed) or None)}
    for word in (WRITE_OFF, RELEASE):
        forms.setdefault(word, WhyForm(prefix=f"{word}-"))
    return render_template(
        "office/money/account.html", order=order, forms=forms, refusal=refusal, sold=sold, owed=owed,
        debt=order_balance(order.id, RECEIVABLE) if sold else 0, received=received,
        to_pay=fees + (0 if order.state in (CANCELLED, EXPIRED) else gross_left(order.id)),
        waiting=sum(max(0, ore) for ore in share_balances(order.id, EARNED).values()),
        shown=[forms[word] for word in VERBS if forms[word].errors],
    ), status  # fmt: skip
