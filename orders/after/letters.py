"""Letters after the order: what their templates are filled with."""

from typing import Any

from orders.after.models import Parcel, Report
from orders.after.states import KIND_NAMES
from orders.buyers import address_of, delivery_of, get_whole_order
from orders.models import PICKUP, Order
from orders.words import COMPLAINT
from shop.db import db
from shop.i18n import localised
from shop.mail.post import prepares
from shop.settings.read import seller
from shop.web.absolute import absolute


@prepares("order_changed")
def order_changed(values: dict[str, Any]) -> dict[str, Any]:
    """How the order stands now that its buyer has changed it."""
    order = get_whole_order(values["order_id"])
    cards = [(localised(line, "text"), line.card_text) for line in order.lines if line.card_text]
    return {**_basics(order), "delivery": delivery_of(order), "cards": cards}


@prepares("report_received")
def report_received(values: dict[str, Any]) -> dict[str, Any]:
    """A receipt: what was reported and when."""
    return _of_report(values)


@prepares("report_answered")
def report_answered(values: dict[str, Any]) -> dict[str, Any]:
    """The answer; with a no, where one can complain."""
    return {**_of_report(values), "complaint": COMPLAINT}


@prepares("parcel_sent")
def parcel_sent(values: dict[str, Any]) -> dict[str, Any]:
    """A parcel that follows the first is on its way."""
    return _of_parcel(values)


@prepares("parcel_back")
def parcel_back(values: dict[str, Any]) -> dict[str, Any]:
    """A parcel came back: where does it go now?"""
    told = _of_parcel(values)
    return {**told, "choose_link": f"{told['link']}/igen"}


def _of_report(values: dict[str, Any]) -> dict[str, Any]:
    report = db.session.get_one(Report, values["report_id"])
    order = get_whole_order(report.order_id)
    return {**_basics(order), "report": report, "kind": KIND_NAMES[report.kind]}


def _of_parcel(values: dict[str, Any]) -> dict[str, Any]:
    parcel = db.session.get_one(Parcel, values["parcel_id"])
    order = get_whole_order(parcel.order_id)
    place = [] if order.delivery == PICKUP else address_of(parcel.recipient).lines()
    place = place or list(delivery_of(order).place)
    return {**_basics(order), "parcel": parcel, "place": place}


def _basics(order: Order) -> dict[str, Any]:
    return {"order": order, "link": absolute(f"/ordre/{order.token}"), "seller": seller()}
