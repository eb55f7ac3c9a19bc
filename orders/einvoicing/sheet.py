"""The fields of an e-invoice in the order a form asks for them, for whoever types it in (domain-denmark § 3.1)."""

from collections.abc import Iterator
from typing import Any

from orders.documents.models import CREDIT_NOTE, Document
from orders.documents.words import long_date, rate, unit_price
from orders.einvoice.from_document import einvoice_of
from orders.einvoice.values import BANK_ACCOUNT, CARD, FIK, EInvoice
from shop.i18n import gettext as _
from shop.money import format_amount

Rows = list[tuple[str, str]]


def sheet_of(document: Document) -> list[tuple[str, Rows]]:
    """The sheet as (heading, fields); a field is (what it is called, what is typed). What is empty is left out."""
    doc = einvoice_of(document.data)
    parts = [
        (_("Modtager"), _receiver(doc)),
        (_("Dokumentet"), _head(document, doc)),
        *((_("Linje %(no)s", no=no), _line(line)) for no, line in enumerate(document.data["lines"], start=1)),
        (_("Beløb i alt"), _totals(doc, document.data)),
        (_("Betaling"), list(_payment(doc))),
    ]
    return [(heading, [(name, text) for name, text in rows if text]) for heading, rows in parts if rows]


def _receiver(doc: EInvoice) -> Rows:
    place = doc.buyer.place
    return [
        (_("EAN-nummer"), doc.buyer.endpoint),
        (_("Navn"), doc.buyer.name),
        (_("CVR-nummer"), doc.buyer.cvr),
        (_("Vej og nummer"), place.street),
        (_("Postnummer og by"), f"{place.postcode} {place.city}"),
        (_("Reference"), doc.reference),
        (_("Kontaktperson"), doc.buyer.contact),
        (_("Ordre- eller rekvisitionsnummer"), doc.requisition or doc.order_number),
        (_("Kontostreng"), doc.account_string),
    ]


def _head(document: Document, doc: EInvoice) -> Rows:
    credit = document.kind == CREDIT_NOTE
    return [
        (_("Kreditnotanummer") if credit else _("Fakturanummer"), doc.number),
        (_("Dato"), long_date(doc.issued_on.isoformat())),
        (_("Vedrører faktura"), doc.about.number if doc.about else ""),
        (_("Bemærkning"), doc.note),
        (_("Leveringsdato"), long_date(doc.delivered_on.isoformat()) if doc.delivered_on else ""),
        (_("Vores CVR-nummer"), doc.seller.cvr),
        (_("Vores ordrenummer"), doc.order_number),
    ]


def _line(line: dict[str, Any]) -> Rows:
    return [
        (_("Vare eller ydelse"), line["text"]),
        (_("Beskrivelse"), ", ".join(line["contents"])),
        (_("Antal"), str(line["quantity"])),
        (_("Stykpris uden moms"), unit_price(line["unit_parts"])),
        (_("Rabat uden moms"), format_amount(line["discount_ore"]) if line["discount_ore"] else ""),
        (_("Linjebeløb uden moms"), format_amount(line["net_ore"])),
        (_("Momssats"), rate(line["vat_rate_bp"])),
    ]


def _totals(doc: EInvoice, data: dict[str, Any]) -> Rows:
    left = data["gross_ore"] - doc.prepaid_ore
    return [
        (_("I alt uden moms"), format_amount(data["net_ore"])),
        (_("Moms"), format_amount(data["vat_ore"])),
        (_("I alt med moms"), format_amount(data["gross_ore"])),
        (_("Betalt forud"), format_amount(doc.prepaid_ore) if doc.prepaid_ore else ""),
        (_("At betale"), format_amount(left)),
    ]


def _payment(doc: EInvoice) -> Iterator[tuple[str, str]]:
    if doc.due_on:
        yield _("Betales senest"), long_date(doc.due_on.isoformat())
    if doc.payment is None:
        return
    means = doc.payment
    if means.code == CARD:
        yield _("Betalingsmåde"), _("Kort, betalt")
    elif means.code == FIK:
        yield _("FIK-kortart og betalings-id"), means.reference
        yield _("Kreditornummer"), means.account
    elif means.code == BANK_ACCOUNT:
        yield _("Reg.nr."), means.reg
        yield _("Kontonummer"), means.account
    else:
        yield _("IBAN"), means.account
