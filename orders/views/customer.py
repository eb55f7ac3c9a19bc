"""The organisation's own room: its orders, its departments, its colleagues, and buying on an invoice."""

from flask import Blueprint, abort, current_app, flash, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from orders.cart.change import new_cart
from orders.cart.cookie import cart_token, keep_token, show_count
from orders.cart.queries import find_locked_cart
from orders.checkout.units import units_of
from orders.customers.accounts import ask_for_invoices
from orders.customers.again import put_in_again
from orders.customers.forms import KIND_NAMES, ColleagueForm
from orders.customers.queries import find_order_of, orders_of, standing_of
from orders.customers.words import ON_INVOICE, TONES
from orders.states import NAMES
from orders.words import STATE_TONES
from shop.days import utc_now
from shop.db import lock_row, transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.listing import typed_side
from shop.people.guards import buyer_only
from shop.people.invite import invite, take_back
from shop.people.models import BUYER, Customer, Invitation
from shop.people.queries import members_of, open_invitations
from shop.web.lookup import get_or_404
from shop.web.templating import paging, see_other

door = Blueprint("customer", __name__)
PATH = "/kunde"
YEAR = 365 * 86400


@door.get(PATH)
@buyer_only
def room() -> ResponseReturnValue:
    """The organisation's orders, the newest first, and how it stands. Prices are shown without VAT from now on."""
    page = orders_of(g.customer.id, typed_side(request.args.get("side")))
    response = make_response(
        render_template(
            "customer/orders.html", page=page, names=NAMES, tones=STATE_TONES, standing=standing_of(g.customer),
            on_invoice=ON_INVOICE, invoice_tones=TONES, paging=paging(PATH),
        )
    )  # fmt: skip
    if "moms" not in request.cookies:
        secure = not current_app.config["SETTINGS"].is_example
        response.set_cookie("moms", "uden", max_age=YEAR, path="/", samesite="Lax", secure=secure)
    return response


@door.post(f"{PATH}/ordrer/<number>/igen")
@buyer_only
def order_again(number: str) -> ResponseReturnValue:
    """Put what an order of one's own organisation held into the cart."""
    made, now = "", utc_now()
    try:
        with transaction():
            found = find_order_of(g.customer.id, number) or abort(404)
            cart = find_locked_cart(cart_token())
            if cart is None:
                cart, made = new_cart(now)
            gone = put_in_again(cart, found, now=now)
            pieces = cart.pieces
    except Refused as refused:
        flash(str(refused), "error")
        return see_other(PATH)
    if gone:
        flash(_("Det sælges ikke længere og er ikke lagt i: %(names)s.", names=", ".join(gone)), "info")
    response = see_other("/bestilling")
    if made:
        keep_token(response, made)
    show_count(response, pieces)
    return response


@door.post(f"{PATH}/faktura")
@buyer_only
def ask() -> ResponseReturnValue:
    """Ask to buy on an invoice."""
    with transaction():
        ask_for_invoices(lock_row(Customer, g.customer.id), by=g.person, now=utc_now())
    flash(_("Vi har fået jeres ønske og skriver til jer."), "done")
    return see_other(PATH)


@door.get(f"{PATH}/afdelinger")
@buyer_only
def units() -> ResponseReturnValue:
    """The departments that have bought before: their EAN numbers, references and addresses."""
    return render_template("customer/units.html", units=units_of(g.customer.id), kinds=KIND_NAMES)


@door.get(f"{PATH}/folk")
@buyer_only
def people() -> ResponseReturnValue:
    """Who buys for the organisation, and the invitations nobody has answered."""
    return _people(ColleagueForm(data={"language": "da"}))


@door.post(f"{PATH}/folk")
@buyer_only
def send_invitation() -> ResponseReturnValue:
    """Invite a colleague."""
    form = ColleagueForm(request.form)
    if not form.validate():
        return _people(form, 422)
    try:
        with transaction():
            sent = invite(
                form.email.data or "", BUYER, g.customer, by=g.person, now=utc_now(), language=form.language.data
            )
    except Refused as refused:
        form.email.errors = [str(refused)]
        return _people(form, 422)
    flash(_("Invitationen er på vej til %(email)s.", email=sent.email), "done")
    return see_other(f"{PATH}/folk")


@door.post(f"{PATH}/folk/invitation/<int(max=2147483647):number>/tilbage")
@buyer_only
def take_invitation_back(number: int) -> ResponseReturnValue:
    """Kill the link of an invitation to one's own organisation."""
    with transaction():
        take_back(get_or_404(Invitation, number, of=g.customer, owner="customer_id"), by=g.person, now=utc_now())
    flash(_("Invitationen er trukket tilbage. Linket virker ikke mere."), "done")
    return see_other(f"{PATH}/folk")


def _people(form: ColleagueForm, status: int = 200) -> ResponseReturnValue:
    invitations = open_invitations(utc_now(), place=g.customer)
    return render_template(
        "customer/people.html", members=members_of(g.customer), invitations=invitations, form=form
    ), status  # fmt: skip
