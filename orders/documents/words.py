"""What documents and their parts are called, and how their figures and days are written."""

from datetime import date
from typing import Any

from orders.documents.models import CREDIT_NOTE, INVOICE
from shop.days import month_name
from shop.i18n import language
from shop.i18n import lazy_gettext as _
from shop.money import format_amount

CONFIRMATION, DELIVERY_NOTE = "confirmation", "delivery_note"
NAMES = {
    INVOICE: _("Faktura"),
    CREDIT_NOTE: _("Kreditnota"),
    CONFIRMATION: _("Ordrebekræftelse"),
    DELIVERY_NOTE: _("Følgeseddel"),
}


def long_date(iso: str) -> str:
    """A stored day with its year, whenever it is read: "1. december 2026", "1 December 2026"."""
    day = date.fromisoformat(iso)
    month = month_name(day.month, language())
    return f"{day.day}. {month} {day.year}" if language() == "da" else f"{day.day} {month} {day.year}"


def rate(basis_points: int) -> str:
    """A VAT rate: "25 %", "25%"; with the decimals it has."""
    whole, rest = divmod(basis_points, 100)
    decimals = f"{rest:02d}".rstrip("0")
    point = "," if language() == "da" else "."
    text = f"{whole}{point}{decimals}" if decimals else str(whole)
    return f"{text} %" if language() == "da" else f"{text}%"


def unit_price(parts: int) -> str:
    """A price a piece kept in hundredths of an øre: two decimals, or the four it has."""
    ore, rest = divmod(parts, 100)
    text = format_amount(ore, language())
    return f"{text}{rest:02d}".rstrip("0") if rest else text


def phone(digits: str) -> str:
    """A Danish telephone number in pairs; any other as it is."""
    return " ".join(digits[at : at + 2] for at in range(0, 8, 2)) if len(digits) == 8 and digits.isdigit() else digits


def address_of(party: dict[str, Any]) -> list[str]:
    """A stored name and address, line by line."""
    town = f"{party.get('postcode', '')} {party.get('city', '')}".strip()
    lines = [str(party.get(name) or "") for name in ("name", "attention", "line1", "line2", "address")]
    return [line for line in (*lines, town) if line]


def organisation_of(said: dict[str, Any]) -> list[tuple[str, str]]:
    """What is stored of a company or a public body, term by term, as its papers say it; nothing for nothing."""
    terms = (
        (_("CVR-nummer"), "cvr"), (_("EAN-nummer"), "gln"), (_("Jeres reference"), "reference"),
        (_("Jeres ordrenummer"), "requisition"), (_("Kontostreng"), "account_string"),
    )  # fmt: skip
    return [(str(term), str(said[name])) for term, name in terms if said.get(name)]
