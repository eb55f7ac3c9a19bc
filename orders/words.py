"""What the parts of an order are called in the office."""

from typing import Any

from catalog.baskets.models import AGREED, GUARANTEED, PROPORTIONAL
from orders.delivery.freight import RULE
from orders.models import COMPONENT, DELIVERY, LOCAL, PARCEL, PICKUP, POT, SERVICE, Order
from orders.states import CANCELLED, CLOSED, CONFIRMED, EXPIRED, PACKED, PART_SENT, PLACED, SENT
from shop.i18n import lazy_gettext as _
from shop.i18n import pick
from shop.weave import POT as POT_THREAD

__all__ = [
    "ACT",
    "ACTS",
    "COMPLAINT",
    "JOB",
    "JOBS",
    "POLICIES",
    "POT_THREAD",
    "SHARES",
    "STATE_TONES",
    "WAYS",
    "address_lines",
    "place_lines",
]

SHARES = {COMPONENT: _("vare"), SERVICE: _("ydelse"), DELIVERY: _("levering"), POT: _("puljen")}
POLICIES = {
    AGREED: _("aftalt pris"),
    PROPORTIONAL: _("i forhold til prisen"),
    GUARANTEED: _("garanteret mindstepris"),
    RULE: _("den, der bringer, først"),
}
WAYS = {PARCEL: _("Pakke"), PICKUP: _("Afhentning"), LOCAL: _("Egen levering")}
STATE_TONES = {
    PLACED: "wait", CONFIRMED: "go", PACKED: "go", PART_SENT: "go", SENT: "done", CLOSED: "done",
    CANCELLED: "stop", EXPIRED: "stop",
}  # fmt: skip
ACTS = {
    "placed": _("bestilt"),
    "confirmed": _("bekræftet"),
    "einvoice_sent": _("e-faktura sendt"),
    "einvoice_received": _("e-faktura modtaget"),
    "einvoice_rejected": _("e-faktura afvist"),
    "einvoice_again": _("e-faktura skal sendes igen"),
    "credit_given": _("må betales på faktura"),
    "packed": _("pakket"),
    "sent": _("sendt"),
    "sent_part": _("sendte en del"),
    "closed": _("afsluttet"),
    "cancelled": _("annulleret"),
    "expired": _("udløbet uden betaling"),
    "invoiced": _("faktura udstedt"),
    "credited": _("kreditnota udstedt"),
    "captured": _("betaling trukket"),
    "payment_authorised": _("beløb reserveret"),
    "payment_lapsed": _("reservationen er udløbet"),
    "card_saved": _("kortet er gemt"),
    "repay_failed": _("penge kunne ikke gives tilbage"),
    "disputed": _("køberen har gjort indsigelse"),
    "dispute_won": _("indsigelsen er afgjort til butikkens fordel"),
    "dispute_lost": _("indsigelsen er afgjort til køberens fordel"),
    "payment_declined": _("betaling afvist"),
    "payment_ended": _("betaling opgivet"),
    "seen": _("modtageren er set"),
    "withdrawn": _("fortrudt af køberen"),
    "withdrawal_received": _("fortrydelse modtaget"),
    "withdrawal_matched": _("ordren fundet"),
    "withdrawal_goods_back": _("varerne er kommet tilbage"),
    "withdrawal_refunded": _("betalt tilbage"),
    "withdrawal_waits": _("kunne ikke annulleres af sig selv"),
    "withdrawal_cancelled": _("annulleret før afsendelse"),
    "withdrawal_declined": _("afvist"),
    "discounted": _("rabat givet"),
    "refunded": _("taget tilbage"),
    "repaid": _("penge givet tilbage"),
    "written_off": _("afskrevet"),
    "released": _("andele frigivet til udbetaling"),
    "recipient_changed": _("ændrede modtageren"),
    "day_changed": _("ændrede dagen"),
    "card_changed": _("ændrede kortet"),
    "reported": _("meldte, at noget er galt"),
    "report_replaced": _("svarede med en ny pakke"),
    "report_refunded": _("svarede med penge tilbage"),
    "report_declined": _("svarede nej"),
    "replacement_planned": _("planlagde en ny pakke"),
    "parcel_back": _("noterede, at pakken er kommet tilbage"),
    "parcel_chosen": _("valgte, hvor pakken nu skal hen"),
    "parcel_packed": _("pakkede den nye pakke"),
    "packing_taken_over": _("overtog pakningen på en anden tablet"),
    "tracked": _("læste fragtmandens pakkenumre ind"),
    "parcel_sent": _("sendte den nye pakke"),
    "parcel_dropped": _("opgav den nye pakke"),
    "money_received": _("noterede modtagne penge"),
    "money_unmatched": _("flyttede en overførsel væk fra ordren igen"),
    "left_standing": _("lod det, der er betalt for meget, blive stående"),
    "reminded": _("sendte en rykker"),
}
# Told when a complaint is turned down, and in the terms (lov om alternativ tvistløsning; domain reference 4.8).
COMPLAINT = _(
    "Er du ikke enig, kan du klage til Mæglingsteamet for Forbrugerklager, Nævnenes Hus, Toldboden 2, 8800 Viborg, via "
    "Klageportalen for Nævnenes Hus (naevneneshus.dk). Løses sagen ikke, kan den indbringes for Forbrugerklagenævnet."
)
ACT = _("ændret")
JOBS = {
    "einvoice": _("En e-faktura er ikke kommet af sted"),
    "print_run": _("En udskrift til pakningen er ikke blevet lavet"),
    "bulk_move": _("At flytte flere ordrer er gået i stå"),
    "capture": _("At trække en betaling er ikke lykkedes"),
    "repay": _("At give penge tilbage er ikke lykkedes"),
    "payment_event": _("En besked fra banken er ikke blevet læst"),
    "charge_saved": _("At reservere på et gemt kort er ikke lykkedes"),
    "end_payment": _("At opgive en betaling er ikke lykkedes"),
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


BUYER_KINDS: dict[str, Any] = {
    "private": _("private"),
    "company": _("virksomheder"),
    "public": _("offentlige"),
}
