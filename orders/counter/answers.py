"""What the coordinator types for a buyer on the telephone or at the stall, read all at once, mistakes by field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from catalog.baskets.models import Basket
from catalog.items.models import Item
from orders.cart.change import MOST_LINES, read_card, read_quantity
from orders.checkout.answers import Reading, read_day, read_email, read_name, read_part, read_phone
from orders.checkout.organisation import kind_of, read_organisation
from orders.checkout.place import Answers
from orders.models import LOCAL, PARCEL, PICKUP, PRIVATE
from orders.payments.models import CASH, INVOICE, LINK, TRANSFER
from shop.errors import Refused
from shop.i18n import LANGUAGES
from shop.i18n import lazy_gettext as _

BASKET_FIELD, ITEM_FIELD = "kurv_", "vare_"
TOLD_FIELDS = ("card", "language", "way")
_ADDRESS = ("line1", "line2", "postcode", "city")


@dataclass(slots=True)
class Told:
    """Everything the buyer has told: pieces by basket and by item, the `card` of each basket, the way to pay."""

    answers: Answers | None = None
    baskets: dict[int, int] = field(default_factory=dict)
    items: dict[int, int] = field(default_factory=dict)
    card: str = ""
    language: str = "da"
    way: str = ""
    reading: Reading = field(default_factory=Reading)

    @property
    def errors(self) -> dict[str, Any]:
        return self.reading.errors


def read_told(
    typed: Mapping[str, str], baskets: Iterable[Basket], items: Iterable[Item], asked: Iterable[str] = ()
) -> Told:
    """Read what was typed. Never raises; there are answers only when nothing is left to say."""
    told = Told(language=typed.get("language", "da"), way=typed.get("way", ""))
    told.baskets = _pieces(typed, BASKET_FIELD, [basket.id for basket in baskets], told)
    told.items = _pieces(typed, ITEM_FIELD, [item.id for item in items], told)
    if not told.baskets and not told.items and not told.errors:
        told.errors["picks"] = _("Skriv, hvor mange af mindst én kurv eller vare det skal være.")
    if len(told.baskets) + len(told.items) > MOST_LINES:
        told.errors["picks"] = _("Der er plads til %(most)s forskellige ting i én bestilling.", most=MOST_LINES)
    try:
        told.card = read_card(typed.get("card", ""))
    except Refused as refused:
        told.errors["card"] = refused.sentence
    if told.language not in LANGUAGES:
        told.errors["language"] = _("Vælg et sprog.")
    is_organisation = kind_of(typed) != PRIVATE
    if told.way not in (LINK, TRANSFER, CASH, INVOICE) or (told.way == INVOICE and not is_organisation):
        told.errors["way"] = _("Vælg, hvordan der betales. Faktura er kun til virksomheder og offentlige.")
    _read_people(typed, told, frozenset(asked))
    return told


def _pieces(typed: Mapping[str, str], prefix: str, ids: Iterable[int], told: Told) -> dict[int, int]:
    found = {}
    for number in ids:
        text = typed.get(f"{prefix}{number}", "").strip()
        if text in ("", "0"):
            continue
        try:
            found[number] = read_quantity(text)
        except Refused as refused:
            told.errors[f"{prefix}{number}"] = refused.sentence
    return found


def _read_people(typed: Mapping[str, str], told: Told, known: frozenset[str]) -> None:
    """Who, where, how and when. The buyer's own address is asked for only when something is brought there."""
    reading = told.reading
    method, _sep, place = typed.get("delivery", "").partition(":")
    if method not in (PARCEL, PICKUP, LOCAL):
        reading.errors["delivery"] = _("Vælg, hvordan den skal frem.")
    is_gift = bool(typed.get("is_gift")) and method != PICKUP
    organisation = read_organisation(typed, reading.errors)
    has_address = kind_of(typed) != PRIVATE or any(typed.get(name, "").strip() for name in _ADDRESS)
    read = read_part if has_address or not (is_gift or method == PICKUP) else read_name
    buyer = read(typed, "", reading, known)
    if not typed.get("name", "").strip():
        reading.errors["name"] = _("Skriv køberens navn.")
    email = read_email(typed["email"], reading) if typed.get("email", "").strip() else ""
    phone = read_phone(typed.get("phone", ""), "phone", reading, needed=True)
    if organisation and buyer:  # its invoice says where it lives, wherever the gift goes
        buyer = replace(buyer, name=organisation.name, attention=buyer.name)
    recipient, recipient_phone = buyer, phone
    if is_gift:
        recipient = read_part(typed, "to_", reading, known)
        recipient_phone = read_phone(typed.get("to_phone", ""), "to_phone", reading, needed=False)
    day = read_day(typed.get("wanted_on", ""))
    if day is None:
        reading.errors["wanted_on"] = _("Vælg en dag, for eksempel 1-12-2026.")
    if not reading.told and buyer and recipient and day:
        told.answers = Answers(
            buyer, email, phone, recipient, recipient_phone, is_gift, method, place[:80], day,
            kind_of(typed), organisation,
        )  # fmt: skip
