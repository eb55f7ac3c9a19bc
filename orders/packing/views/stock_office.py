"""The coordinator's shelves: what lies there, what has come, what was counted, and whom it hits."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue

from catalog.items.models import Item
from catalog.stock.change import Done, count, receive, write_off
from catalog.stock.forms import check_receipt, count_form, needs_date, receipt_form, write_off_form
from catalog.stock.queries import (
    Shelf,
    ShelfParts,
    enterprises_with_stock,
    find_shelf,
    parts_of_shelf,
    shelves,
    shelves_short,
)
from orders.packing import words
from orders.packing.shelf import find_lot, shelf_moves, who_got
from orders.packing.suffering import suffering_of
from orders.states import NAMES
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.i18n import ngettext
from shop.listing import typed_search, typed_side
from shop.people.guards import coordinator_only
from shop.web.templating import paging, see_other

door = Blueprint("stock_office", __name__)
PATH = "/kontor/lager"


@door.get(PATH)
@coordinator_only
def stock() -> ResponseReturnValue:
    """Every stocked item: on hand, promised, free, missing, and the earliest date."""
    search, enterprise = typed_search(request.args.get("sog")), typed_search(request.args.get("hos"))
    return render_template(
        "office/stock/shelves.html", page=shelves(search, enterprise, typed_side(request.args.get("side"))),
        search=search, enterprise=enterprise, enterprises=enterprises_with_stock(), short=shelves_short(),
        paging=paging(PATH, sog=search, hos=enterprise),
    )  # fmt: skip


@door.get(f"{PATH}/<slug>")
@coordinator_only
def shelf(slug: str) -> ResponseReturnValue:
    """One item's shelf: its lots, who is promised what is missing, the three forms, and every move."""
    return _page(find_shelf(slug) or abort(404))


@door.get(f"{PATH}/<slug>/parti/<int(max=2147483647):number>")
@coordinator_only
def lot(slug: str, number: int) -> ResponseReturnValue:
    """Which orders a lot is in, for a recall."""
    found = find_shelf(slug) or abort(404)
    return render_template(
        "office/stock/lot.html", shelf=found, lot=find_lot(found.item.id, number) or abort(404), rows=who_got(number),
        words=words, names=NAMES,
    )  # fmt: skip


@door.post(f"{PATH}/<slug>/modtag")
@coordinator_only
def receive_goods(slug: str) -> ResponseReturnValue:
    """Goods have come."""
    found = find_shelf(slug) or abort(404)
    form = receipt_form(found.item, request.form)
    if not check_receipt(form, found.item):
        return _page(found, 422, receipt=form)

    def act(item: Item) -> Done:
        return receive(
            item, form.pieces.data, key=form.name, by=g.person, now=utc_now(), expected=form.expected.data,
            code=form.code.data or "", best_before=form.best_before.data,
        )  # fmt: skip

    return _do(found, form, "receipt", act)


@door.post(f"{PATH}/<slug>/tael")
@coordinator_only
def count_goods(slug: str) -> ResponseReturnValue:
    """A count, its difference explained."""
    found = find_shelf(slug) or abort(404)
    form = count_form(parts_of_shelf(found), request.form)
    if not form.validate():
        return _page(found, 422, counting=form)

    def act(item: Item) -> Done:
        return count(
            item, str(form.what.data), form.counted.data, why=form.why.data or "", key=form.name, by=g.person,
            now=utc_now(),
        )  # fmt: skip

    return _do(found, form, "counting", act)


@door.post(f"{PATH}/<slug>/afskriv")
@coordinator_only
def write_off_goods(slug: str) -> ResponseReturnValue:
    """Pieces are written off, with a reason."""
    found = find_shelf(slug) or abort(404)
    form = write_off_form(parts_of_shelf(found), request.form)
    if not form.validate():
        return _page(found, 422, writing_off=form)

    def act(item: Item) -> Done:
        return write_off(
            item, str(form.what.data), form.pieces.data, why=form.why.data or "", key=form.name, by=g.person,
            now=utc_now(),
        )  # fmt: skip

    return _do(found, form, "writing_off", act)


def _do(found: Shelf, form: Any, name: str, act: Callable[[Item], Done]) -> ResponseReturnValue:
    """Do what a form says, once; refused, the form says why and keeps what was typed."""
    slug, item_id = found.item.slug, found.item.id
    try:
        with transaction():
            done = act(db.session.get_one(Item, item_id))
    except Refused as refused:
        if refused.field in form:
            form[refused.field].errors = [str(refused)]
        return _page(find_shelf(slug) or abort(404), 409, refusal=str(refused), **{name: form})
    _tell(done)
    return see_other(f"{PATH}/{slug}")


def _tell(done: Done) -> None:
    if done.again:
        flash(_("Det var allerede noteret. Der er ikke sket noget nu."), "info")
        return
    flash(_("Noteret."), "done")
    if done.short:
        flash(
            ngettext(
                "Der mangler %(num)s stk. til det, der er lovet. Se nedenfor, hvem det går ud over.",
                "Der mangler %(num)s stk. til det, der er lovet. Se nedenfor, hvem det går ud over.",
                done.short,
            ),
            "warn",
        )


def _page(found: Shelf, status: int = 200, *, refusal: str = "", **forms: Any) -> ResponseReturnValue:
    parts: ShelfParts = parts_of_shelf(found)
    return render_template(
        "office/stock/shelf.html", shelf=found, parts=parts, refusal=refusal,
        suffering=suffering_of(found.item.id, found.on_hand) if found.short else [],
        receipt=forms.get("receipt") or receipt_form(found.item), needs_date=needs_date(found.item),
        counting=forms.get("counting") or count_form(parts),
        writing_off=forms.get("writing_off") or write_off_form(parts),
        page=shelf_moves(found, typed_side(request.args.get("side"))), words=words,
        paging=paging(f"{PATH}/{found.item.slug}"),
    ), status  # fmt: skip
