"""A buyer's own order, by its unguessable link, and the way to get that link again."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request

from orders.after.queries import after_of
from orders.after.states import KIND_NAMES, PARCEL_KINDS
from orders.buyers import delivery_of, exceptions_in, find_link, find_order_by_token, find_order_id_by_token
from orders.checkout.contents import inside
from orders.checkout.send import order_path
from orders.departures.leave import departures_of
from orders.documents.queries import documents_of
from orders.documents.words import NAMES as DOCUMENT_NAMES
from orders.einvoicing.queries import dispatches_of
from orders.forms_buyer import FindOrderForm
from orders.letters import ask_for_link
from orders.models import PARCEL, PRIVATE, Order
from orders.packing.tracking import tracking_of
from orders.payments.credit import credit_days
from orders.payments.gateway import AUTHORISED, CAPTURED, STARTED
from orders.payments.go import way_to_pay
from orders.payments.pay import ask_bank, last_payment
from orders.payments.queries import find_hand, how_it_is_paid, is_promised
from orders.payments.words import REASONS
from orders.queries import vat_groups_of
from orders.reversals.queries import refunds_of
from orders.shares.whole import Part, parts_of
from orders.states import CLOSED, NAMES, PART_SENT, PLACED, SENT
from orders.withdrawal.deadlines import last_day
from orders.withdrawal.queries import withdrawals_of
from orders.withdrawal.states import NAMES as WITHDRAWAL_NAMES
from orders.words import COMPLAINT
from shop.checkdigits import fik_line
from shop.days import local_day, utc_now
from shop.db import transaction
from shop.i18n import gettext as _
from shop.i18n import language
from shop.money import format_kr
from shop.settings.read import value
from shop.weave import bar_svg, weave_svg
from shop.web.absolute import absolute
from shop.web.csrf import same_origin_only
from shop.web.headers import own, secret
from shop.web.limits import limiter
from shop.web.templating import see_other

door = Blueprint("orders", __name__)
GONE = (PART_SENT, SENT, CLOSED)  # all of it or some of it


@door.get("/ordre/<token>")
def show_order(token: str) -> Response:
    """The order. While its payment is open the bank is asked, so that the page is true without a worker."""
    order_id, payment_state = find_link(token) or abort(404)
    heard = ask_bank(order_id, now=utc_now()) if payment_state == STARTED else True
    order, payment = find_order_by_token(token), last_payment(order_id)
    assert order is not None
    parts = parts_of(order)
    return secret(
        render_template(
            "storefront/orders/order.html",
            order=order,
            state=NAMES[order.state],
            payment=payment,
            is_promised=payment is not None and is_promised(payment),
            delivery=delivery_of(order),
            parts=parts,
            vat_groups=vat_groups_of(order),
            exceptions=exceptions_in(order),
            last_day=last_day(order),
            withdrawals=withdrawals_of(order.id) if order.sent_at else (),
            withdrawal_names=WITHDRAWAL_NAMES,
            inside=inside,
            documents=documents_of(order.id) if order.state in (SENT, CLOSED) else (),
            refunds=refunds_of(order.id) if order.state != PLACED else (),
            document_names=DOCUMENT_NAMES,
            departures=departures_of(order.id) if order.parcels else (),
            tracking=tracking_of(order.id) if order.state in GONE and order.delivery == PARCEL else (),
            after=after_of(order),
            kinds=KIND_NAMES,
            parcel_kinds=PARCEL_KINDS,
            complaint=COMPLAINT,
            hand=None if payment is not None and payment.state in (AUTHORISED, CAPTURED) else find_hand(order),
            fik=fik_line(order.id, creditor) if (creditor := str(value("seller.fik_creditor"))) else "",
            reasons=REASONS,
            takes_payment=bool(current_app.config["SETTINGS"].bank),
            paying=how_it_is_paid(order, payment, heard=heard, today=local_day(utc_now())),
            **_of_organisation(order),
            **_pictures(order, parts),
        )
    )


def _of_organisation(order: Order) -> dict[str, Any]:
    """What only a company's or a public body's page shows: nothing is asked for anybody else."""
    if order.buyer_kind == PRIVATE:
        return {"dispatches": {}, "credit_days": 0}
    return {"dispatches": dispatches_of(order.id), "credit_days": credit_days(order.id)}


@door.post("/ordre/<token>/betal")
@same_origin_only
def pay_again(token: str) -> Response:
    """Start another payment of an order that has not been paid. One that is paid or over shows its page instead.

    No token is asked for: the link is the secret, and the page sends no referrer for a token to be checked against.
    """
    order_id = _id_of(token)
    if not current_app.config["SETTINGS"].bank:
        return see_other(f"/ordre/{token}")  # there is no bank to go to
    url = way_to_pay(order_id, order_path, absolute=absolute, now=utc_now())
    return see_other(url)


@door.get("/ordre/find")
def find_order() -> Response:
    """Where a lost link is asked for."""
    return own(render_template("storefront/orders/find.html", form=FindOrderForm()))


@door.post("/ordre/find")
@limiter.limit("6 per minute; 30 per hour")
def send_link() -> Response:
    """Post the link again, if there is such an order. The answer and the work are the same either way."""
    form = FindOrderForm(request.form)
    if not form.validate():
        return own(render_template("storefront/orders/find.html", form=form), 422)
    with transaction():
        ask_for_link(form.clean_number, form.clean_email, language=language(), now=utc_now())
    return own(render_template("storefront/orders/find_sent.html"))


def _id_of(token: str) -> int:
    """The order of a link; a forged one is no page at all."""
    order_id = find_order_id_by_token(token)
    if order_id is None:
        abort(404)
    return order_id


def _pictures(order: Order, parts: list[Part]) -> dict[str, str]:
    """The ribbon and the seal, both woven from the same parts; the words beside them say the same."""
    strips = [part.strip() for part in parts]
    words = ", ".join(f"{part.label} {format_kr(part.ore, language())}" for part in parts)
    title = _("Sådan deles ordre %(number)s", number=order.number)
    seal = _("Vævet af ordre %(number)s", number=order.number)
    return {
        "bar": bar_svg(strips, title=title, desc=words),
        "seal": weave_svg(strips, title=seal, desc=words, width=160, height=160, seed=order.number),
    }
