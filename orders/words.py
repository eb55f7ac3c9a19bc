"""What the parts of an order are called in the office."""

from typing import Any

from catalog.baskets.models import AGREED, GUARANTEED, PROPORTIONAL
from orders.delivery.freight import RULE
from orders.models import COMPONENT, DELIVERY, LOCAL, PARCEL, PICKUP, POT, SERVICE, Order
from shop.i18n import lazy_gettext as _
from shop.i18n import pick
from shop.weave import POT as POT_THREAD

__all__ = ["ACT", "ACTS", "JOB", "JOBS", "POLICIES", "POT_THREAD", "SHARES", "WAYS", "address_lines", "place_lines"]

SHARES = {COMPONENT: _("vare"), SERVICE: _("ydelse"), DELIVERY: _("levering"), POT: _("puljen")}
POLICIES = {
    AGREED: _("aftalt pris"),
    PROPORTIONAL: _("i forhold til prisen"),
    GUARANTEED: _("garanteret mindstepris"),
    RULE: _("den, der bringer, først"),
}
WAYS = {PARCEL: _("Pakke"), PICKUP: _("Afhentning"), LOCAL: _("Egen levering")}
ACTS = {
    "placed": _("bestilt"),
    "confirmed": _("bekræftet"),
    "packed": _("pakket"),
    "sent": _("sendt"),
    "closed": _("afsluttet"),
    "cancelled": _("annulleret"),
    "expired": _("udløbet uden betaling"),
    "invoiced": _("faktura udstedt"),
    "credited": _("kreditnota udstedt"),
    "captured": _("betaling trukket"),
    "payment_declined": _("betaling afvist"),
    "payment_ended": _("betaling opgivet"),
    "seen": _("modtageren er set"),
    "withdrawn": _("fortrudt af køberen"),
    "withdrawal_received": _("fortrydelse modtaget"),
    "withdrawal_matched": _("ordren fundet"),
    "withdrawal_goods_back": _("varerne er kommet tilbage"),
    "withdrawal_refunded": _("betalt tilbage"),
    "withdrawal_cancelled": _("annulleret før afsendelse"),
    "withdrawal_declined": _("afvist"),
}
ACT = _("ændret")
JOBS = {
    "capture": _("At trække en betaling er ikke lykkedes"),
    "payment_event": _("En besked fra banken er ikke blevet læst"),
    "sandbox_late": _("En sen betaling er ikke gået igennem"),
    "withdrawal_match": _("En fortrydelse har ikke fået sin kvittering"),
}
JOB = _("En opgave er ikke lykkedes")


def address_lines(address: dict[str, Any]) -> list[str]:
    """A stored address as it is written on a parcel, line by line."""
    town = f"{address.get('postcode', '')} {address.get('city', '')}".strip()
    lines = [str(address.get(name) or "") for name in ("name", "attention", "line1", "line2")]
    return [line for line in (*lines, town) if line]


def place_lines(order: Order) -> list[str]:
    """How an order gets there: the way, and the place it is fetched at."""
    place = order.delivery_place
    name = pick(place.get("name_da", ""), place.get("name_en", ""))
    return [str(WAYS[order.delivery]), *([name] if name else [])]
