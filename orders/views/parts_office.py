"""The office's page that sends a part of an order: what leaves in this parcel, and what is to come."""

from flask import Blueprint, abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import Form

from orders import moves
from orders.departures.leave import departures_of, still_here
from orders.lock import lock_order
from orders.models import FREIGHT, Order
from orders.queries import find_order, find_order_id
from orders.states import ORDER
from shop.days import utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.forms import WholeField
from shop.i18n import gettext as _
from shop.i18n import localised
from shop.people.guards import coordinator_only
from shop.web.templating import see_other

PATH = "/kontor/ordrer/<number>/send-en-del"
door = Blueprint("parts_office", __name__)


class PiecesForm(Form):
    """How many of one line are in the parcel."""

    pieces = WholeField("", needed=False, most=100_000)


def _forms(order: Order, typed: bool) -> dict[int, PiecesForm]:
    here = still_here(order.id)
    found = {}
    for line in order.lines:
        left = here[line.id].whole - here[line.id].before if line.id in here else 0
        if line.kind == FREIGHT or not left:
            continue
        form = PiecesForm(request.form if typed else None, prefix=f"l{line.id}-")
        form.pieces.label.text = _("%(name)s, højst %(count)s", name=localised(line, "text"), count=left)
        found[line.id] = form
    return found


def _page(order: Order, forms: dict[int, PiecesForm], refusal: str = "", status: int = 200) -> ResponseReturnValue:
    return render_template(
        "office/orders/part.html", order=order, forms=forms, refusal=refusal, departures=departures_of(order.id),
        can=ORDER.can(order.state, "send_part"),
    ), status  # fmt: skip


@door.get(PATH)
@coordinator_only
def part(number: str) -> ResponseReturnValue:
    """Every line that has pieces here, with a field for how many leave now."""
    order = find_order(number) or abort(404)
    return _page(order, _forms(order, typed=False))


@door.post(PATH)
@coordinator_only
def send(number: str) -> ResponseReturnValue:
    """Send the parcel."""
    order_id = find_order_id(number) or abort(404)
    order = find_order(number) or abort(404)
    forms = _forms(order, typed=True)
    wrong = [form for form in forms.values() if not form.validate()]
    if wrong:
        return _page(order, forms, status=422)
    pieces = {line_id: form.pieces.data or 0 for line_id, form in forms.items()}
    try:
        with transaction():
            moves.send_part(lock_order(order_id), pieces, by=g.person, now=utc_now())
    except Refused as refused:
        order, form = find_order(number) or abort(404), forms.get(int(refused.field or 0))
        if form is not None:
            form.pieces.errors = [str(refused)]
        return _page(order, forms, "" if form is not None else str(refused), 409)
    flash(_("Pakken er sendt, og køberen får besked om, hvad der er i den, og hvad der mangler."), "done")
    return see_other(f"/kontor/ordrer/{number}")
