"""*Det skal I levere*: what a supplier brings where, by when, with what has changed in words. Nobody's name."""

from flask import Blueprint, abort, g, render_template
from flask.typing import ResponseReturnValue

from orders.packing import words
from orders.packing.days import day_of
from orders.packing.inbound import days_with_lists, deliveries_from, find_delivery, find_list, where_to
from orders.packing.inbound_pdf import inbound_pdf
from shop.days import local_day, utc_now
from shop.people.guards import supplier_only
from shop.web.papers import pdf_answer

door = Blueprint("inbound_supplier", __name__)
PATH = "/partner/levering"


@door.get(PATH)
@supplier_only
def deliveries() -> ResponseReturnValue:
    """Everything to be brought in the coming weeks, day by day, and the days gone by."""
    today = local_day(utc_now())
    coming = [one for one in deliveries_from(today, g.enterprise.id) if one.due_on >= today]
    return render_template(
        "supplier/packing/deliveries.html", deliveries=coming, place_to=where_to(), words=words,
        gone=days_with_lists(g.enterprise.id, today),
    )  # fmt: skip


@door.get(f"{PATH}/<day>")
@supplier_only
def delivery(day: str) -> ResponseReturnValue:
    """One day's list, and every list there has been for it. Nothing to bring: there is no such page."""
    found = find_delivery(g.enterprise.id, day_of(day)) or abort(404)
    return render_template("supplier/packing/delivery.html", one=found, place_to=where_to(), words=words)


@door.get(f"{PATH}/<day>/<int(max=9999):no>.pdf")
@supplier_only
def as_pdf(day: str, no: int) -> ResponseReturnValue:
    """One of one's own lists on paper."""
    issued = find_list(g.enterprise.id, day_of(day), no) or abort(404)
    return pdf_answer(inbound_pdf(issued), f"levering-{issued.due_on}-{no}")
