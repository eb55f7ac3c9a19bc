"""The withdrawal function of the law («fortryd aftalen her», forbrugeraftaleloven § 20 a): two steps, no sign-in.

By an order's link its lines can be chosen; by the open form the order is named in words, and the answer is the same
whether there is such an order or not. No token is asked for: a statement changes nothing of the sender's session, and
a page that has lain open for a day must still be able to send it.
"""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request

from orders.buyers import find_order_by_token
from orders.lock import lock_order
from orders.models import Order
from orders.withdrawal.choice import UNSENT, Choice, choices_of, refund_of
from orders.withdrawal.deadlines import REFUND_DAYS, is_in_time, last_day
from orders.withdrawal.forms import OrderForm, WordsForm, hidden_values, picks_form, read_key
from orders.withdrawal.models import Withdrawal
from orders.withdrawal.queries import find_by_key, withdrawals_of
from orders.withdrawal.receive import receive_for_order, receive_words
from orders.withdrawal.states import NAMES
from orders.withdrawal.words import exceptions_said, said_lines, told_before_answer, unmatched, what_now
from shop.days import local_day, utc_now
from shop.db import transaction
from shop.i18n import gettext as _
from shop.settings.read import seller, value
from shop.settings.texts import postal_line
from shop.web.csrf import same_origin_only
from shop.web.headers import own, public_page
from shop.web.limits import limiter
from shop.web.templating import href

door = Blueprint("withdrawal", __name__)
OFTEN = "60 per minute; 300 per hour"


@door.get("/fortryd")
@public_page
def show_words() -> str:
    """The open form, with the law's own form below it."""
    return _words_page(WordsForm())


@door.post("/fortryd")
@same_origin_only
@limiter.limit(OFTEN)
def say_words() -> Response:
    """Step one leads to step two; the button of step two sends the statement."""
    form = WordsForm(request.form)
    if "ret" in request.form:
        return own(_words_page(form))
    if not form.validate():
        return own(_words_page(form), 422)
    key = read_key(request.form.get("noegle"))
    if "bekraeft" not in request.form:
        return own(_confirm_page(form, key, "/fortryd", said=_words_of(form)))
    with transaction():
        one = receive_words(
            form.statement(key),
            number=form.number.data,
            whole=form.is_whole,
            said=form.said.data or "",
            now=utc_now(),
        )
    return _to_receipt(one)


@door.get("/ordre/<token>/fortryd")
def show_order(token: str) -> Response:
    """The form of one order, everything chosen, whoever bought it filled in."""
    order = _order_of(token)
    return own(_order_page(order, choices_of(order)))


@door.post("/ordre/<token>/fortryd")
@same_origin_only
@limiter.limit(OFTEN)
def say_order(token: str) -> Response:
    """Step one leads to step two; the button of step two sends the statement."""
    order = _order_of(token)
    choices = choices_of(order)
    form = picks_form(OrderForm, choices, request.form)
    key = read_key(request.form.get("noegle"))
    sent_before = find_by_key(key)
    if sent_before is not None and sent_before.order_id == order.id:
        return _to_receipt(sent_before)
    if not form.pick_fields:
        return own(_order_page(order, choices))
    if "ret" in request.form or not form.validate():
        return own(_order_page(order, choices, form), 200 if "ret" in request.form else 422)
    if "bekraeft" not in request.form:
        return own(_confirm_order(order, choices, form, key))
    with transaction():
        one = receive_for_order(lock_order(order.id), form.statement(key), form.picks, now=utc_now())
    return _to_receipt(one, again=one.key != key)


@door.get("/fortryd/kvittering/<key>")
def show_receipt(key: str) -> Response:
    """What was said, and when; what happens now. A statement in words is never answered with anything of an order."""
    one = find_by_key(key) or abort(404)
    return own(
        render_template(
            "storefront/withdrawal/receipt.html",
            one=one,
            said=said_lines(one),
            now=what_now(one) if one.by_link else unmatched(one),
            state=NAMES[one.state],
            again="igen" in request.args,
        )
    )


def _order_of(token: str) -> Order:
    return find_order_by_token(token) or abort(404)


def _words_page(form: WordsForm) -> str:
    return render_template(
        "storefront/withdrawal/words.html",
        form=form,
        days=int(value("times.withdrawal_days")),
        address=postal_line(seller()),
    )


def _order_page(order: Order, choices: list[Choice], form: OrderForm | None = None) -> str:
    now = utc_now()
    if form is None:
        form = picks_form(OrderForm, choices, name=order.buyer_name, email=order.buyer_email)
    return render_template(
        "storefront/withdrawal/order.html",
        order=order,
        form=form,
        choices=choices,
        before=withdrawals_of(order.id),
        names=NAMES,
        last=last_day(order),
        is_sent=order.state not in UNSENT,
        told=told_before_answer(order, is_late=not is_in_time(order, now)),
    )


def _confirm_order(order: Order, choices: list[Choice], form: OrderForm, key: str) -> str:
    """Step two of an order: what is withdrawn from, and what comes back for it."""
    picks = {line_id: pieces for line_id, pieces in form.picks.items() if pieces}
    told = told_before_answer(order, is_late=not is_in_time(order, utc_now()))
    backs = refund_of(order, picks, key=key) if order.state not in UNSENT and not told else []
    chosen = [f"{picks[choice.line.id]} × {choice.name}" for choice in choices if picks.get(choice.line.id)]
    return _confirm_page(
        form,
        key,
        f"/ordre/{order.token}/fortryd",
        said=(order.number, chosen),
        backs=backs,
        total_ore=sum(back.gross_ore for back in backs),
        told=told or exceptions_said(order, picks),
        refund_by=local_day(utc_now()) + timedelta(days=REFUND_DAYS),
        is_unsent=order.state in UNSENT,
    )


def _confirm_page(form: Any, key: str, path: str, *, said: Any, **more: Any) -> str:
    return render_template(
        "storefront/withdrawal/confirm.html",
        form=form,
        key=key,
        path=path,
        said=said,
        hidden=hidden_values(form),
        **more,
    )


def _words_of(form: WordsForm) -> tuple[str, list[str]]:
    what = [line for line in (form.said.data or "").split("\n") if line]
    return form.number.data, [_("Hele ordren"), *what] if form.is_whole else what


def _to_receipt(one: Withdrawal, *, again: bool = False) -> Response:
    address = href(f"/fortryd/kvittering/{one.key}") + ("?igen=1" if again else "")
    return own(redirect(address, 303))
