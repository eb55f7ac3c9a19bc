"""What delivery costs the buyer, and who gets the money.

The named rule `carrier_first`: the partner who drives gets its agreed price, the common pot takes the rest and bears
what is missing. A parcel's freight goes to the pot, which pays the carrier outside the house.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from catalog.items.models import APPROVED, SERVICE, Item
from catalog.items.queries import price_on
from orders.models import LOCAL, PARCEL, PICKUP
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.settings.read import value
from shop.shown import remember

RULE = "carrier_first"


@dataclass(frozen=True, slots=True)
class Freight:
    """One way to get it there: its gross price in øre, the texts of its line, and the service that drives if any."""

    method: str
    gross_ore: int
    text_da: str
    text_en: str
    place: dict[str, Any] = field(default_factory=dict)
    service: Item | None = None
    agreed_ore: int = 0
    price_id: int | None = None


def ways_to_deliver(weight_g: int, postcode: str, on: date) -> list[Freight]:
    """Every way that fits a weight and a postal code: parcel, pick-up places, own delivery."""
    ways = [way for way in (_parcel(weight_g), _local(postcode, on)) if way]
    return [*ways, *_pickups()]


def choose_way(method: str, place: str, weight_g: int, postcode: str, on: date) -> Freight:
    """The way the buyer chose. Refuses one that is not offered for this weight and postal code."""
    for way in ways_to_deliver(weight_g, postcode, on):
        if way.method == method and (method != PICKUP or way.place.get("slug") == place):
            return way
    raise Refused(_("Den levering kan vi ikke tilbyde til den adresse. Vælg en anden."), field="delivery")


def _parcel(weight_g: int) -> Freight | None:
    for row in sorted(value("freight.parcel"), key=lambda row: row["max_g"]):
        if weight_g <= row["max_g"]:
            return Freight(PARCEL, int(row["gross_ore"]), "Fragt, pakke", "Freight, parcel")
    return None


def _pickups() -> list[Freight]:
    return [
        Freight(
            PICKUP, int(row.get("gross_ore", 0)), f"Afhentning, {row['name_da']}", f"Pick-up, {row['name_en']}", row
        )
        for row in value("freight.pickup")
    ]


def local_service() -> Item | None:
    """The partner's delivery service that own delivery is done by, when there is one."""
    return remember("local service", _local_service)


def _local_service(session: Session) -> Item | None:
    slug = value("freight.local_item")
    if not slug:
        return None
    return session.scalar(
        select(Item)
        .where(Item.slug == slug, Item.kind == SERVICE, Item.state == APPROVED)
        .options(joinedload(Item.enterprise), joinedload(Item.current), selectinload(Item.prices))
    )


def _local(postcode: str, on: date) -> Freight | None:
    service = local_service()
    if service is None or postcode not in service.served_postcodes:
        return None
    price = price_on(service, on)
    return Freight(
        LOCAL,
        int(value("freight.local_gross_ore")),
        f"Levering ved {service.enterprise.name}",
        f"Delivery by {service.enterprise.name}",
        {"enterprise": service.enterprise.slug},
        service,
        price.agreed_ore,
        price.id,
    )
