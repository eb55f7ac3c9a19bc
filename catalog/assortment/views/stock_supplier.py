"""What an enterprise changes at once, without asking: what is there, what can be made, closed weeks, lead time."""

from flask import Blueprint, abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue

from catalog.assortment.drafts import PARTNER_PATH as PATH
from catalog.assortment.forms_stock import CapacityForm, StockForm
from catalog.assortment.queries import find_open, find_own
from catalog.assortment.stock import set_capacity, set_stock, shelf_of, weeks_ahead
from catalog.items.models import MADE, Item
from shop.days import local_day, utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.people.guards import supplier_only
from shop.web.templating import see_other

door = Blueprint("assortment_stock_supplier", __name__)


@door.route(f"{PATH}/<int(max=2147483647):number>/lager", methods=["GET", "POST"])
@supplier_only
def stock(number: int) -> ResponseReturnValue:
    """What there is of one item, or can be made of it a week; a change holds at once."""
    found = _own(number)
    if request.method == "GET":
        return _page(found, _shown(found))
    form = _form(found)
    if not form.validate():
        return _page(found, form, 422)
    try:
        with transaction():
            _change(_own(number), form)
    except Refused as refused:
        form[refused.field or "lead_days"].errors = [str(refused)]
        return _page(_own(number), form, 409)
    flash(_("Det gælder fra nu af."), "done")
    return see_other(f"{PATH}/{number}/lager")


def _change(item: Item, form: StockForm | CapacityForm) -> None:
    now, lead_days = utc_now(), form.lead_days.data
    if isinstance(form, CapacityForm):
        set_capacity(
            item, weekly=form.weekly.data, closed=form.closed.data or [], lead_days=lead_days, by=g.person, now=now
        )
    else:
        set_stock(item, pieces=form.pieces.data, lead_days=lead_days, by=g.person, now=now)


def _own(number: int) -> Item:
    return find_own(number, g.enterprise.id) or abort(404)


def _shown(item: Item) -> StockForm | CapacityForm:
    if item.supply == MADE:
        form = CapacityForm(weekly=item.weekly_capacity, closed=item.closed_weeks, lead_days=item.lead_days)
        return form.offering(weeks_ahead(item, local_day(utc_now())))
    shelf = shelf_of(item)
    return StockForm(pieces=shelf.on_hand if shelf else 0, lead_days=item.lead_days)


def _form(item: Item) -> StockForm | CapacityForm:
    if item.supply == MADE:
        return CapacityForm(request.form).offering(weeks_ahead(item, local_day(utc_now())))
    return StockForm(request.form)


def _page(item: Item, form: StockForm | CapacityForm, status: int = 200) -> ResponseReturnValue:
    proposal = find_open(item.id)
    return render_template(
        "supplier/items/stock.html", item=item, version=proposal.version if proposal else item.current, form=form,
        shelf=shelf_of(item), is_made=item.supply == MADE,
    ), status  # fmt: skip
