"""The office's page of companies and public bodies: who may buy on an invoice, for how much, and which orders wait."""

from flask import Blueprint, abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue

from orders.customers.accounts import grant_invoices, refuse_invoices
from orders.customers.forms import KIND_NAMES, DaysForm, GrantForm
from orders.customers.queries import accounts, orders_of, standing_of, waiting_orders
from orders.customers.words import ACTS, ON_INVOICE, TONES
from orders.lock import lock_order
from orders.payments.credit import give_credit, usual_days
from orders.queries import find_order_id
from orders.states import NAMES
from orders.words import ACT
from shop.days import utc_now
from shop.db import lock_row, transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.journal.queries import entries_of
from shop.listing import typed_search, typed_side
from shop.people.guards import coordinator_only
from shop.people.models import GRANTED, Customer
from shop.people.queries import members_of
from shop.web.lookup import get_or_404
from shop.web.templating import paging, see_other

door = Blueprint("customers_office", __name__)
PATH = "/kontor/kunder"


@door.get(PATH)
@coordinator_only
def customers() -> ResponseReturnValue:
    """The orders that wait for a yes, and all accounts."""
    search = typed_search(request.args.get("sog"))
    return render_template(
        "office/customers/list.html", page=accounts(search, typed_side(request.args.get("side"))), search=search,
        waiting=waiting_orders(), kinds=KIND_NAMES, on_invoice=ON_INVOICE, tones=TONES,
        paging=paging(PATH, sog=search),
    )  # fmt: skip


@door.get(f"{PATH}/<int(max=2147483647):number>")
@coordinator_only
def customer(number: int) -> ResponseReturnValue:
    """One account: its people, what it may owe and does, its orders."""
    return _page(get_or_404(Customer, number))


@door.post(f"{PATH}/<int(max=2147483647):number>/<any(ja, nej):word>")
@coordinator_only
def decide(number: int, word: str) -> ResponseReturnValue:
    """Let an account buy on an invoice up to a sum, or not."""
    found, form = get_or_404(Customer, number), GrantForm(request.form)
    if word == "ja" and not form.validate():
        return _page(found, form, 422)
    try:
        with transaction():
            locked = lock_row(Customer, found.id)
            if word == "ja":
                grant_invoices(locked, form.credit_ore.data, form.days.data, by=g.person, now=utc_now())
            else:
                refuse_invoices(locked, by=g.person, now=utc_now())
    except Refused as refused:
        form[refused.field or "days"].errors = [str(refused)]
        return _page(found, form, 422)
    flash(_("Det er gemt, og kunden får besked."), "done")
    return see_other(f"{PATH}/{found.id}")


@door.post("/kontor/ordrer/<number>/faktura")
@coordinator_only
def let_pay_later(number: str) -> ResponseReturnValue:
    """Say yes to one order on an invoice."""
    order_id = find_order_id(number) or abort(404)
    form = DaysForm(request.form)
    try:
        if not form.validate():
            raise Refused(form.days.errors[0])
        with transaction():
            give_credit(lock_order(order_id), form.days.data, by=g.person, now=utc_now())
    except Refused as refused:
        flash(str(refused), "error")
        return see_other(f"/kontor/ordrer/{number}")
    flash(_("Ordre %(number)s er bekræftet. Fakturaen bliver lavet, når den er sendt.", number=number), "done")
    return see_other(f"/kontor/ordrer/{number}")


def _page(found: Customer, form: GrantForm | None = None, status: int = 200) -> ResponseReturnValue:
    if form is None:
        days = found.days if found.on_invoice == GRANTED else usual_days(found.kind)
        form = GrantForm(data={"credit_ore": found.credit_ore or None, "days": days})
    return render_template(
        "office/customers/customer.html", customer=found, form=form, standing=standing_of(found),
        people=members_of(found), page=orders_of(found.id, typed_side(request.args.get("side"))), names=NAMES,
        journal=entries_of("customer", found.id), acts=ACTS, act=ACT, kinds=KIND_NAMES,
        on_invoice=ON_INVOICE, tones=TONES, paging=paging(f"{PATH}/{found.id}"),
    ), status  # fmt: skip
