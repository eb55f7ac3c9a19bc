"""Every rule of the native check catches a document that breaks it, by its name; a good one breaks none."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from lxml import etree

from orders.documents.made import in_language
from orders.einvoice.check import _COMMON, check_einvoice
from orders.einvoice.rules import DANISH
from orders.einvoice.rules_core import CORE
from orders.einvoice.rules_peppol import PEPPOL
from orders.einvoice.values import Payment
from orders.einvoice.write import CAC, CBC, write_einvoice
from tests.orders.einvoice_world import PAYMENTS, credited, worked_invoice

_NAMES = {"cac": CAC, "cbc": CBC}
Break = Callable[[etree._Element], None]


def _at(root: etree._Element, path: str) -> list[etree._Element]:
    found = root.xpath(path, namespaces=_NAMES)
    assert isinstance(found, list)
    assert found, f"nothing at {path}"
    return found  # type: ignore[return-value]  # the paths here name elements


def gone(path: str) -> Break:
    """Take elements away."""

    def act(root: etree._Element) -> None:
        for one in _at(root, path):
            parent = one.getparent()
            assert parent is not None
            parent.remove(one)

    return act


def said(path: str, text: str) -> Break:
    """Let an element say something else."""

    def act(root: etree._Element) -> None:
        _at(root, path)[0].text = text

    return act


def marked(path: str, name: str, text: str | None) -> Break:
    """Give an element another attribute, or take it away."""

    def act(root: etree._Element) -> None:
        attributes = _at(root, path)[0].attrib
        attributes.pop(name, "")
        if text is not None:
            attributes[name] = text

    return act


def more(path: str, xml: str) -> Break:
    """Put something inside an element."""

    def act(root: etree._Element) -> None:
        wrapped = f'<x xmlns:cac="{CAC}" xmlns:cbc="{CBC}">{xml}</x>'
        for one in etree.fromstring(wrapped):
            _at(root, path)[0].append(one)

    return act


def both(*acts: Break) -> Break:
    """Several at once."""

    def act(root: etree._Element) -> None:
        for one in acts:
            one(root)

    return act


_SUPPLIER, _CUSTOMER = "/*/cac:AccountingSupplierParty/cac:Party", "/*/cac:AccountingCustomerParty/cac:Party"
_LEGAL = "cac:PartyLegalEntity/cbc:CompanyID"
_LINE, _MEANS, _SUMS = "/*/cac:InvoiceLine[1]", "/*/cac:PaymentMeans", "/*/cac:LegalMonetaryTotal"
_GROUP = "/*/cac:TaxTotal/cac:TaxSubtotal"
_CODE = f"{_MEANS}/cbc:PaymentMeansCode"
_GIRO = more(_MEANS, "<cbc:PaymentID>04#123</cbc:PaymentID>")
_OFF = "/*/cac:AllowanceCharge[1]"
_PERIOD = "<cac:InvoicePeriod><cbc:StartDate>{}</cbc:StartDate><cbc:EndDate>{}</cbc:EndDate></cac:InvoicePeriod>"
_TOTAL_OF = '<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">{}</cbc:TaxAmount></cac:TaxTotal>'
_CURRENCY = "<cbc:TaxCurrencyCode>{}</cbc:TaxCurrencyCode>"
_ITEM_CODE = (
    '<cac:CommodityClassification><cbc:ItemClassificationCode listID="TST" listVersionID="1">1'
    "</cbc:ItemClassificationCode></cac:CommodityClassification>"
)
_PROJECT = (
    "<cac:AdditionalDocumentReference><cbc:ID>P</cbc:ID><cbc:DocumentTypeCode>50</cbc:DocumentTypeCode>"
    "</cac:AdditionalDocumentReference>"
)
_BASE = '<cbc:BaseQuantity unitCode="{}">{}</cbc:BaseQuantity>'
_CHEAPER = (
    '<cac:AllowanceCharge><cbc:ChargeIndicator>{}</cbc:ChargeIndicator><cbc:Amount currencyID="DKK">{}</cbc:Amount>'
    '<cbc:BaseAmount currencyID="DKK">{}</cbc:BaseAmount></cac:AllowanceCharge>'
)
_FILE = (
    "<cac:AdditionalDocumentReference><cbc:ID>a</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject "
    'mimeCode="text/html" filename="a">QQ==</cbc:EmbeddedDocumentBinaryObject></cac:Attachment>'
    "</cac:AdditionalDocumentReference>"
)

INVOICES: dict[str, Break] = {
    "DK-R-002": gone(f"{_SUPPLIER}/{_LEGAL}"),
    "DK-R-003": more(f"{_LINE}/cac:Item", _ITEM_CODE),
    "DK-R-004": said(f"{_OFF}/cbc:AllowanceChargeReasonCode", "ZZZ"),
    "DK-R-005": said(_CODE, "30"),
    "DK-R-006": gone(f"{_MEANS}/cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch"),
    "DK-R-007": said(_CODE, "49"),
    "DK-R-008": said(_CODE, "50"),
    "DK-R-009": both(said(_CODE, "50"), gone(f"{_MEANS}/cbc:PaymentID"), _GIRO),
    "DK-R-010": said(_CODE, "93"),
    "DK-R-011": both(said(_CODE, "93"), said(f"{_MEANS}/cbc:PaymentID", "71#12345")),
    "DK-R-013": more(_CUSTOMER, "<cac:PartyIdentification><cbc:ID>1</cbc:ID></cac:PartyIdentification>"),
    "DK-R-014": marked(f"{_SUPPLIER}/{_LEGAL}", "schemeID", None),
    "DK-R-017": marked(f"{_CUSTOMER}/{_LEGAL}", "schemeID", "0198"),
    "R001": gone("/*/cbc:ProfileID"),
    "R002": more("/*", "<cbc:Note>to</cbc:Note>"),
    "R003": both(gone("/*/cbc:BuyerReference"), gone("/*/cac:OrderReference")),
    "R004": said("/*/cbc:CustomizationID", "urn:cen.eu:en16931:2017"),
    "R005": both(more("/*", _CURRENCY.format("DKK")), more("/*", _TOTAL_OF.format("1.00"))),
    "R007": said("/*/cbc:ProfileID", "urn:noget:andet"),
    "R008": more(_LINE, "<cbc:Note/>"),
    "R010": gone(f"{_CUSTOMER}/cbc:EndpointID"),
    "R020": gone(f"{_SUPPLIER}/cbc:EndpointID"),
    "R040": said(f"{_OFF}/cbc:MultiplierFactorNumeric", "6"),
    "R041": gone(f"{_OFF}/cbc:BaseAmount"),
    "R042": gone(f"{_OFF}/cbc:MultiplierFactorNumeric"),
    "R043": said(f"{_OFF}/cbc:ChargeIndicator", "1"),
    "R044": more(f"{_LINE}/cac:Price", _CHEAPER.format("true", "10.00", "329.20")),
    "R046": more(f"{_LINE}/cac:Price", _CHEAPER.format("false", "10.00", "400.00")),
    "R051": marked(f"{_SUMS}/cbc:PayableAmount", "currencyID", "EUR"),
    "R053": gone("/*/cac:TaxTotal/cac:TaxSubtotal"),
    "R054": more("/*", _TOTAL_OF.format("1.00")),
    "R055": both(more("/*", _CURRENCY.format("EUR")), more("/*", _TOTAL_OF.format("-1.00"))),
    "R061": said(_CODE, "59"),
    "R080": both(more("/*", _PROJECT), more("/*", _PROJECT)),
    "R100": both(*[more(_LINE, "<cac:DocumentReference><cbc:ID>1</cbc:ID></cac:DocumentReference>")] * 2),
    "R101": more(_LINE, "<cac:DocumentReference><cbc:ID>1</cbc:ID></cac:DocumentReference>"),
    "R110": both(
        more("/*", _PERIOD.format("2026-11-01", "2026-11-30")), more(_LINE, _PERIOD.format("2026-10-31", "2026-11-30"))
    ),
    "R111": both(
        more("/*", _PERIOD.format("2026-11-01", "2026-11-30")), more(_LINE, _PERIOD.format("2026-11-01", "2026-12-01"))
    ),
    "R120": said(f"{_LINE}/cac:Price/cbc:PriceAmount", "319.10"),
    "R121": more(f"{_LINE}/cac:Price", _BASE.format("XBK", 0)),
    "R130": more(f"{_LINE}/cac:Price", _BASE.format("KGM", 1)),
    "CL001": more("/*", _FILE),
    "CL002": said(f"{_OFF}/cbc:AllowanceChargeReasonCode", "FC"),
    "CL003": said("/*/cac:AllowanceCharge[2]/cbc:AllowanceChargeReasonCode", "fragt"),
    "CL007": marked(f"{_SUMS}/cbc:PayableAmount", "currencyID", "kr"),
    "CL008": marked(f"{_CUSTOMER}/cbc:EndpointID", "schemeID", "EAN"),
    "F001": said("/*/cbc:DueDate", "31-12-2026"),
    "P0100": said("/*/cbc:InvoiceTypeCode", "384"),
    "COMMON-R040": said(f"{_CUSTOMER}/cbc:EndpointID", "5798009811579"),
    "COMMON-R042": said(f"{_SUPPLIER}/{_LEGAL}", "DK12345674"),
    "COMMON-R052": both(
        marked(f"{_CUSTOMER}/cbc:EndpointID", "schemeID", "0096"), said(f"{_CUSTOMER}/cbc:EndpointID", "123")
    ),
    "COMMON-R053": marked(f"{_CUSTOMER}/cbc:EndpointID", "schemeID", "0198"),
    "BR-01": gone("/*/cbc:CustomizationID"),
    "BR-02": gone("/*/cbc:ID"),
    "BR-03": gone("/*/cbc:IssueDate"),
    "BR-04": gone("/*/cbc:InvoiceTypeCode"),
    "BR-05": gone("/*/cbc:DocumentCurrencyCode"),
    "BR-06": gone(f"{_SUPPLIER}/cac:PartyLegalEntity"),
    "BR-07": gone(f"{_CUSTOMER}/cac:PartyLegalEntity"),
    "BR-08": gone(f"{_SUPPLIER}/cac:PostalAddress"),
    "BR-09": gone(f"{_SUPPLIER}/cac:PostalAddress/cac:Country"),
    "BR-10": gone(f"{_CUSTOMER}/cac:PostalAddress"),
    "BR-11": gone(f"{_CUSTOMER}/cac:PostalAddress/cac:Country"),
    "BR-16": gone("/*/cac:InvoiceLine"),
    "BR-21": gone(f"{_LINE}/cbc:ID"),
    "BR-22": gone(f"{_LINE}/cbc:InvoicedQuantity"),
    "BR-23": marked(f"{_LINE}/cbc:InvoicedQuantity", "unitCode", None),
    "BR-24": gone(f"{_LINE}/cbc:LineExtensionAmount"),
    "BR-25": gone(f"{_LINE}/cac:Item/cbc:Name"),
    "BR-26": gone(f"{_LINE}/cac:Price/cbc:PriceAmount"),
    "BR-27": said(f"{_LINE}/cac:Price/cbc:PriceAmount", "-319.20"),
    "BR-28": more(f"{_LINE}/cac:Price", _CHEAPER.format("false", "1.00", "-1.00")),
    "BR-33": both(gone(f"{_OFF}/cbc:AllowanceChargeReason"), gone(f"{_OFF}/cbc:AllowanceChargeReasonCode")),
    "BR-38": both(
        gone("/*/cac:AllowanceCharge[2]/cbc:AllowanceChargeReason"),
        gone("/*/cac:AllowanceCharge[2]/cbc:AllowanceChargeReasonCode"),
    ),
    "BR-42": more(_LINE, _CHEAPER.format("false", "1.00", "1.00")),
    "BR-44": more(_LINE, _CHEAPER.format("true", "1.00", "1.00")),
    "BR-49": gone(_CODE),
    "BR-61": both(said(_CODE, "58"), gone(f"{_MEANS}/cac:PayeeFinancialAccount")),
    "BR-51": more(
        _MEANS,
        "<cac:CardAccount><cbc:PrimaryAccountNumberID>4242424242424242</cbc:PrimaryAccountNumberID></cac:CardAccount>",
    ),
    "BR-52": both(more("/*", _PROJECT), gone("/*/cac:AdditionalDocumentReference/cbc:ID")),
    "BR-57": gone("/*/cac:Delivery/cac:DeliveryLocation/cac:Address/cac:Country"),
    "BR-62": marked(f"{_SUPPLIER}/cbc:EndpointID", "schemeID", None),
    "BR-63": marked(f"{_CUSTOMER}/cbc:EndpointID", "schemeID", None),
    "BR-CO-04": gone(f"{_LINE}/cac:Item/cac:ClassifiedTaxCategory"),
    "BR-CO-09": said(f"{_SUPPLIER}/cac:PartyTaxScheme/cbc:CompanyID", "12345674"),
    "BR-CO-10": said(f"{_SUMS}/cbc:LineExtensionAmount", "9816.01"),
    "BR-CO-11": said(f"{_SUMS}/cbc:AllowanceTotalAmount", "478.81"),
    "BR-CO-12": said(f"{_SUMS}/cbc:ChargeTotalAmount", "495.01"),
    "BR-CO-13": said(f"{_SUMS}/cbc:TaxExclusiveAmount", "9832.21"),
    "BR-CO-14": said("/*/cac:TaxTotal/cbc:TaxAmount", "2458.06"),
    "BR-CO-15": said(f"{_SUMS}/cbc:TaxInclusiveAmount", "12290.26"),
    "BR-CO-16": said(f"{_SUMS}/cbc:PayableAmount", "12290.26"),
    "BR-CO-17": said(f"{_GROUP}/cbc:TaxAmount", "2459.05"),
    "BR-CO-18": gone(_GROUP),
    "BR-CO-19": more("/*", "<cac:InvoicePeriod><cbc:Description>x</cbc:Description></cac:InvoicePeriod>"),
    "BR-CO-25": both(gone("/*/cbc:DueDate"), gone("/*/cac:PaymentTerms")),
    "BR-CO-26": both(gone(f"{_SUPPLIER}/{_LEGAL}"), gone(f"{_SUPPLIER}/cac:PartyTaxScheme")),
    "BR-DEC": said(f"{_SUMS}/cbc:PayableAmount", "12290.250"),
    "BR-S-02": gone(f"{_SUPPLIER}/cac:PartyTaxScheme"),
    "BR-S-05": said(f"{_GROUP}/cac:TaxCategory/cbc:Percent", "0"),
    "BR-S-08": said(f"{_GROUP}/cbc:TaxableAmount", "9000.00"),
    "BR-S-10": more(f"{_GROUP}/cac:TaxCategory", "<cbc:TaxExemptionReason>x</cbc:TaxExemptionReason>"),
    "BR-Z-09": said(f"{_GROUP}/cac:TaxCategory/cbc:ID", "Z"),
    "BR-Z-10": both(
        said(f"{_GROUP}/cac:TaxCategory/cbc:ID", "Z"),
        more(f"{_GROUP}/cac:TaxCategory", "<cbc:TaxExemptionReason>x</cbc:TaxExemptionReason>"),
    ),
    "BR-E-09": said(f"{_GROUP}/cac:TaxCategory/cbc:ID", "E"),
    "BR-E-10": said(f"{_GROUP}/cac:TaxCategory/cbc:ID", "E"),
    "BR-O-02": said(f"{_LINE}/cac:Item/cac:ClassifiedTaxCategory/cbc:ID", "O"),
    "BR-O-11": both(
        said(f"{_GROUP}/cac:TaxCategory/cbc:ID", "O"),
        more("/*/cac:TaxTotal", "<cac:TaxSubtotal><cbc:Note>x</cbc:Note></cac:TaxSubtotal>"),
    ),
}  # fmt: skip
CREDIT_NOTES: dict[str, Break] = {
    "DK-R-016": said(f"{_SUMS}/cbc:PayableAmount", "-1.00"),
    "P0101": said("/*/cbc:CreditNoteTypeCode", "396"),
    "BR-55": gone("/*/cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID"),
}
EVERY_RULE = [rule.name for rule in (*CORE, *PEPPOL, *DANISH)] + [name for name, *_rest in _COMMON] + ["BR-S-08"]


def test_every_rule_has_its_broken_document() -> None:
    assert sorted(EVERY_RULE) == sorted([*INVOICES, *CREDIT_NOTES])


@pytest.mark.parametrize("name", EVERY_RULE)
def test_a_broken_rule_is_caught_by_name(name: str) -> None:
    doc = worked_invoice()
    root = etree.fromstring(write_einvoice(credited(doc) if name in CREDIT_NOTES else doc))
    {**INVOICES, **CREDIT_NOTES}[name](root)
    assert name in {found.rule for found in check_einvoice(etree.tostring(root))}


@pytest.mark.parametrize("payment", PAYMENTS)
def test_a_good_document_breaks_none(payment: Payment | None) -> None:
    doc = replace(worked_invoice(), payment=payment)
    assert check_einvoice(write_einvoice(doc)) == []
    assert check_einvoice(write_einvoice(credited(doc))) == []


def test_what_is_wrong_is_said_in_the_readers_words(app: Flask) -> None:
    doc = worked_invoice()
    xml = write_einvoice(replace(doc, reference="", requisition="", order_number=""))
    (found,) = check_einvoice(xml)
    with app.test_request_context():
        assert "køberens reference" in str(found.sentence)
    with app.test_request_context(), in_language("en"):
        assert "the buyer’s reference" in str(found.sentence)


def test_what_is_no_xml_is_refused() -> None:
    with pytest.raises(ValueError, match="not XML"):
        check_einvoice(b"hej")
