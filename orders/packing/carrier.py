"""The file a carrier's booking reads (domain-denmark § 9.2), and who fetches at a pick-up place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from orders.buyers import address_of
from orders.models import PARCEL, PICKUP, Order
from orders.packing.plan import DayPlan, PlannedOrder
from orders.states import CONFIRMED, PACKED, PART_SENT, SENT
from shop.db import db
from shop.spreadsheet import Column

LONGEST = 35  # what carriers print of a name or a line of an address
COLUMNS = tuple(
    Column(name, name, "int" if name in ("WeightGram", "Parcels") else "text")
    for name in (
        "Reference", "Carrier", "Product", "ServicePointId", "Company", "Name", "Attention", "Address1", "Address2",
        "Zip", "City", "Country", "Mobile", "Email", "WeightGram", "Parcels", "Contents", "DeliveryNote",
    )
)  # fmt: skip
CUT = ("Name", "Attention", "Address1", "Address2", "City")


@dataclass(frozen=True, slots=True)
class CarrierRow:
    """One order's row, and the fields that are longer than a carrier prints, as they were typed."""

    number: str
    values: Mapping[str, Any]
    cut: Sequence[str]


def carrier_rows(plan: DayPlan) -> list[CarrierRow]:
    """The parcels of a day that are or can be packed, in the order they are packed; one question on top of the plan.

    Too long lines are cut where the carrier would cut them, and named, so that somebody can shorten them better.
    """
    planned = [
        one
        for one in plan.orders
        if one.delivery == PARCEL and one.state in (CONFIRMED, PACKED, PART_SENT) and not one.why
    ]
    orders = _orders([one.order_id for one in planned])
    return [_row(one, orders[one.order_id]) for one in planned]


def _orders(ids: Sequence[int]) -> dict[int, Order]:
    return {order.id: order for order in db.session.scalars(select(Order).where(Order.id.in_(ids)))}


def _row(one: PlannedOrder, order: Order) -> CarrierRow:
    to = address_of(order.recipient)
    values: dict[str, Any] = dict.fromkeys((column.key for column in COLUMNS), "")
    values |= {
        "Reference": order.number,
        "Name": to.name,
        "Attention": to.attention,
        "Address1": to.line1,
        "Address2": to.line2,
        "Zip": to.postcode,
        "City": to.city,
        "Country": to.country or "DK",
        "Mobile": str(order.recipient.get("phone", "")),
        "Email": "" if order.is_gift else order.buyer_email,  # a gift is not told to its giver by the carrier
        "WeightGram": order.weight_g,
        "Parcels": one.parcels,
        "Contents": "Gavekurv",
    }
    cut = [str(values[name]) for name in CUT if len(values[name]) > LONGEST]
    return CarrierRow(order.number, {**values, **{name: values[name][:LONGEST] for name in CUT}}, cut)


@dataclass(frozen=True, slots=True)
class Fetcher:
    """One who fetches: the order, the name, the phone, and how many parcels."""

    number: str
    name: str
    phone: str
    parcels: int


def pickup_places(plan: DayPlan) -> list[tuple[str, Mapping[str, Any], int]]:
    """The places where somebody fetches that day: (slug, the place, orders)."""
    found: dict[str, tuple[Mapping[str, Any], int]] = {}
    for one in plan.orders:
        if one.delivery == PICKUP and one.state != "placed":
            slug = str(one.place.get("slug", ""))
            found[slug] = (one.place, found.get(slug, (one.place, 0))[1] + 1)
    return [(slug, place, count) for slug, (place, count) in sorted(found.items()) if slug]


def fetchers(plan: DayPlan, slug: str) -> list[Fetcher]:
    """Who fetches at a place, by name; only what is packed, or can be."""
    planned = {
        one.order_id: one
        for one in plan.orders
        if one.delivery == PICKUP and str(one.place.get("slug", "")) == slug
        and one.state in (CONFIRMED, PACKED, PART_SENT, SENT) and not one.why
    }  # fmt: skip
    rows = [
        Fetcher(
            order.number, address_of(order.recipient).name, str(order.recipient.get("phone", "")),
            planned[order.id].parcels,
        )
        for order in _orders(list(planned)).values()
    ]  # fmt: skip
    return sorted(rows, key=lambda one: (one.name, one.number))
