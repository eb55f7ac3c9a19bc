"""Write an e-invoice as UBL 2.1 for Peppol BIS Billing 3.0: strict order, and no element without content.

The order is that of the UBL schemas (domain-denmark §3.6); a credit note's differs in a few places.
"""

import re
from base64 import b64encode
from decimal import Decimal
from typing import Any

from lxml import etree

from orders.einvoice.values import CREDIT_NOTE, CVR, DISCOUNT, FIK, Adjustment, EInvoice, Group, Line, Party, Place

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
INVOICE_NS, CREDIT_NS = f"{_UBL}Invoice-2", f"{_UBL}CreditNote-2"
CAC, CBC = f"{_UBL}CommonAggregateComponents-2", f"{_UBL}CommonBasicComponents-2"
CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
CURRENCY = "DKK"
EXEMPT = "E"
_NAMES = {"cac": CAC, "cbc": CBC}
# XML 1.0 cannot hold these at all, whatever they are written as.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MEANS = {"42": "Bank account", "48": "Card", "58": "IBAN", "93": "FIK"}

Node = Any  # an lxml element


def write_einvoice(doc: EInvoice) -> bytes:
    """The document as UTF-8 XML; the same document gives the same bytes."""
    credit = doc.kind == CREDIT_NOTE
    namespace, name = (CREDIT_NS, "CreditNote") if credit else (INVOICE_NS, "Invoice")
    names: Any = {None: namespace, **_NAMES}  # the types know no namespace without a prefix
    root = etree.Element(f"{{{namespace}}}{name}", nsmap=names)
    root.extend([part for part in [*_head(doc, credit=credit), *_body(doc, credit=credit)] if part is not None])
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


def _head(doc: EInvoice, *, credit: bool) -> list[Node]:
    kind = _text("CreditNoteTypeCode", "381") if credit else _text("InvoiceTypeCode", "380")
    due = None if credit or doc.due_on is None else _text("DueDate", doc.due_on.isoformat())
    return [
        _text("CustomizationID", CUSTOMIZATION),
        _text("ProfileID", PROFILE),
        _text("ID", doc.number),
        _text("IssueDate", doc.issued_on.isoformat()),
        due,
        kind,
        _text("Note", doc.note),
        _text("DocumentCurrencyCode", CURRENCY),
        _text("AccountingCost", doc.account_string),
        _text("BuyerReference", doc.reference),
        _order(doc),
        _about(doc),
        *(
            _group(
                "AdditionalDocumentReference",
                _text("ID", one.name),
                _text("DocumentDescription", one.description),
                _group(
                    "Attachment",
                    _text(
                        "EmbeddedDocumentBinaryObject",
                        b64encode(one.content).decode(),
                        mimeCode=one.mime,
                        filename=one.name,
                    ),
                ),
            )
            for one in doc.attachments
        ),
    ]


def _order(doc: EInvoice) -> Node:
    """The buyer's order number and ours. UBL wants the first when there is the second: without one it is ours."""
    if not doc.requisition:
        return _group("OrderReference", _text("ID", doc.order_number))
    return _group("OrderReference", _text("ID", doc.requisition), _text("SalesOrderID", doc.order_number))


def _about(doc: EInvoice) -> Node:
    if doc.about is None:
        return None
    number, day = _text("ID", doc.about.number), _text("IssueDate", doc.about.issued_on.isoformat())
    return _group("BillingReference", _group("InvoiceDocumentReference", number, day))


def _body(doc: EInvoice, *, credit: bool) -> list[Node]:
    return [
        _group("AccountingSupplierParty", _party(doc.seller)),
        _group("AccountingCustomerParty", _party(doc.buyer)),
        _delivery(doc),
        _payment(doc),
        _group("PaymentTerms", _text("Note", doc.terms)),
        *(_adjustment(one) for one in doc.adjustments),
        _group("TaxTotal", _ore("TaxAmount", doc.vat_ore), *(_tax(group) for group in doc.groups)),
        _totals(doc),
        *(_line(number, line, credit=credit) for number, line in enumerate(doc.lines, start=1)),
    ]


def _party(party: Party) -> Node:
    return _group(
        "Party",
        _text("EndpointID", party.endpoint, schemeID=party.scheme),
        _group("PartyName", _text("Name", party.name)),
        _address("PostalAddress", party.place),
        _group("PartyTaxScheme", _text("CompanyID", party.vat_no), _scheme()) if party.vat_no else None,
        _group("PartyLegalEntity", _text("RegistrationName", party.name), _text("CompanyID", party.cvr, schemeID=CVR)),
        _group(
            "Contact",
            _text("Name", party.contact),
            _text("Telephone", party.phone),
            _text("ElectronicMail", party.email),
        ),
    )


def _address(name: str, place: Place) -> Node:
    return _group(
        name,
        _text("StreetName", place.street),
        _text("AdditionalStreetName", place.more),
        _text("CityName", place.city),
        _text("PostalZone", place.postcode),
        _group("Country", _text("IdentificationCode", place.country)),
    )


def _delivery(doc: EInvoice) -> Node:
    day = doc.delivered_on.isoformat() if doc.delivered_on else ""
    where = _group("DeliveryLocation", _address("Address", doc.delivered_to)) if doc.delivered_to else None
    return _group("Delivery", _text("ActualDeliveryDate", day), where)


def _payment(doc: EInvoice) -> Node:
    how = doc.payment
    if how is None:
        return None
    account = _group(
        "PayeeFinancialAccount",
        _text("ID", how.account),
        _text("Name", doc.seller.name) if how.account and how.code != FIK else None,
        _group("FinancialInstitutionBranch", _text("ID", how.reg)),
    )
    code = _text("PaymentMeansCode", how.code, name=_MEANS.get(how.code, "Other"))
    return _group("PaymentMeans", code, _text("PaymentID", how.reference), account)


def _adjustment(one: Adjustment) -> Node:
    percent, base = None, None
    if one.percent_bp:
        percent, base = _text("MultiplierFactorNumeric", _percent(one.percent_bp)), _ore("BaseAmount", one.base_ore)
    return _group(
        "AllowanceCharge",
        _text("ChargeIndicator", "true" if one.is_charge else "false"),
        _text("AllowanceChargeReasonCode", one.code),
        _text("AllowanceChargeReason", one.reason),
        percent,
        _ore("Amount", one.ore),
        base,
        _category("TaxCategory", one.category, one.rate_bp),
    )


def _tax(group: Group) -> Node:
    reason = "Fritaget for moms" if group.category == EXEMPT else ""
    return _group(
        "TaxSubtotal",
        _ore("TaxableAmount", group.net_ore),
        _ore("TaxAmount", group.vat_ore),
        _category("TaxCategory", group.category, group.rate_bp, reason),
    )


def _category(name: str, category: str, rate_bp: int, reason: str = "") -> Node:
    exempt = _text("TaxExemptionReason", reason)
    return _group(name, _text("ID", category), _text("Percent", _percent(rate_bp)), exempt, _scheme())


def _scheme() -> Node:
    return _group("TaxScheme", _text("ID", "VAT"))


def _totals(doc: EInvoice) -> Node:
    # A sum of nothing is left out, a sum that is nothing is not (BR-CO-11, BR-CO-12).
    has_discounts = any(not one.is_charge for one in doc.adjustments)
    has_charges = any(one.is_charge for one in doc.adjustments)
    return _group(
        "LegalMonetaryTotal",
        _ore("LineExtensionAmount", doc.lines_ore),
        _ore("TaxExclusiveAmount", doc.net_ore),
        _ore("TaxInclusiveAmount", doc.gross_ore),
        _ore("AllowanceTotalAmount", doc.discounts_ore) if has_discounts else None,
        _ore("ChargeTotalAmount", doc.charges_ore) if has_charges else None,
        _ore("PrepaidAmount", doc.prepaid_ore) if doc.prepaid_ore else None,
        _ore("PayableAmount", doc.gross_ore - doc.prepaid_ore),
    )


def _line(number: int, line: Line, *, credit: bool) -> Node:
    discount = None
    if line.discount_ore:
        discount = _group(
            "AllowanceCharge",
            _text("ChargeIndicator", "false"),
            _text("AllowanceChargeReasonCode", DISCOUNT),
            _ore("Amount", line.discount_ore),
        )
    quantity = "CreditedQuantity" if credit else "InvoicedQuantity"
    return _group(
        "CreditNoteLine" if credit else "InvoiceLine",
        _text("ID", str(number)),
        _text(quantity, str(line.quantity), unitCode=line.unit),
        _ore("LineExtensionAmount", line.net_ore),
        discount,
        _group(
            "Item",
            _text("Description", line.contents),
            _text("Name", line.text),
            _category("ClassifiedTaxCategory", line.category, line.rate_bp),
        ),
        _price(line),
    )


def _price(line: Line) -> Node:
    """The price a piece; where it cannot be written so that the line adds up (R120), the price of them all."""
    whole_ore = line.net_ore + line.discount_ore
    if abs(line.unit_parts * line.quantity - whole_ore * 100) < 100:
        return _group("Price", _text("PriceAmount", f"{_decimal(line.unit_parts, 4):f}", currencyID=CURRENCY))
    base = _text("BaseQuantity", str(line.quantity), unitCode=line.unit)
    return _group("Price", _ore("PriceAmount", whole_ore), base)


# --- elements ---------------------------------------------------------------------------------------------------------


def _text(name: str, text: str, /, **attributes: str) -> Node:
    """A basic element; None when there is nothing to say (R008)."""
    said = " ".join(_NOT_XML.sub(" ", text).split())
    if not said:
        return None
    element = etree.Element(f"{{{CBC}}}{name}", attributes, nsmap=_NAMES)
    element.text = said
    return element


def _group(name: str, *parts: Node) -> Node:
    """An element of elements; None when there are none."""
    inner = [part for part in parts if part is not None]
    if not inner:
        return None
    element = etree.Element(f"{{{CAC}}}{name}", nsmap=_NAMES)
    element.extend(inner)
    return element


def _ore(name: str, ore: int) -> Node:
    return _text(name, f"{_decimal(ore, 2):.2f}", currencyID=CURRENCY)


def _percent(bp: int) -> str:
    return f"{_decimal(bp, 2):f}"


def _decimal(parts: int, places: int) -> Decimal:
    """An integer of parts as a decimal number, without zeros that say nothing beyond two decimals."""
    number = Decimal(parts).scaleb(-places)
    short = number.quantize(Decimal("0.01"))
    return short if short == number else number
