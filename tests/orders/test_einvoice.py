"""E-invoices pass the official schemas and the rules of EN 16931; the worked invoice is known to the øre."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from orders.einvoice.check import check_einvoice
from orders.einvoice.values import EInvoice, Payment
from orders.einvoice.write import CAC, CBC, write_einvoice
from tests.orders.einvoice_world import PAYMENTS, any_einvoice, credited, worked_invoice
from tests.tools.einvoice_rules import broken_rules

_NAMES = {"cac": CAC, "cbc": CBC}


def _read(xml: bytes, path: str) -> list[str]:
    found = etree.fromstring(xml).xpath(f"/*/{path}/text()", namespaces=_NAMES)
    assert isinstance(found, list)
    return [str(text) for text in found]


def test_the_worked_invoice_has_its_known_figures() -> None:
    xml = write_einvoice(worked_invoice())
    assert broken_rules(xml) == []
    expected = {
        "cbc:ID": ["2026-00042"],
        "cbc:IssueDate": ["2026-12-01"],
        "cbc:DueDate": ["2026-12-31"],
        "cbc:AccountingCost": ["1234567890"],
        "cbc:BuyerReference": ["HAHA"],
        "cac:OrderReference/*": ["REK-778", "O-1001"],
        "cac:AccountingSupplierParty/cac:Party/cbc:EndpointID[@schemeID='0184']": ["12345674"],
        "cac:AccountingCustomerParty/cac:Party/cbc:EndpointID[@schemeID='0088']": ["5798009811578"],
        "cac:AccountingCustomerParty/cac:Party/cac:Contact/cbc:Name": ["Hanne Hansen (HAHA)"],
        "cac:Delivery/cbc:ActualDeliveryDate": ["2026-11-30"],
        "cac:PaymentMeans/cbc:PaymentMeansCode": ["42"],
        "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID": ["0440116243"],
        "cac:PaymentMeans/cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID": ["0040"],
        "cac:InvoiceLine/cbc:LineExtensionAmount": ["9576.00", "240.00"],
        "cac:InvoiceLine/cbc:InvoicedQuantity[@unitCode]": ["30", "30"],
        "cac:InvoiceLine/cac:Price/cbc:PriceAmount": ["319.20", "8.00"],
        "cac:AllowanceCharge/cbc:Amount": ["478.80", "495.00"],
        "cac:AllowanceCharge/cbc:MultiplierFactorNumeric": ["5.00"],
        "cac:TaxTotal/cbc:TaxAmount": ["2458.05"],
        "cac:TaxTotal/cac:TaxSubtotal/cbc:TaxableAmount": ["9832.20"],
        "cac:LegalMonetaryTotal/*": ["9816.00", "9832.20", "12290.25", "478.80", "495.00", "12290.25"],
    }
    assert {path: _read(xml, path) for path in expected} == expected


@pytest.mark.parametrize("payment", PAYMENTS)
def test_every_way_of_paying_and_its_credit_note(payment: Payment | None) -> None:
    doc = replace(worked_invoice(), payment=payment)
    assert broken_rules(write_einvoice(doc)) == []
    note = write_einvoice(credited(doc))
    assert broken_rules(note) == []
    assert _read(note, "cac:BillingReference/cac:InvoiceDocumentReference/*") == ["2026-00042", "2026-12-01"]


def test_paid_by_card_leaves_nothing_to_pay() -> None:
    doc = replace(worked_invoice(), payment=PAYMENTS[3], prepaid_ore=1_229_025)
    xml = write_einvoice(doc)
    assert broken_rules(xml) == []
    assert _read(xml, "cac:LegalMonetaryTotal/cbc:PayableAmount") == ["0.00"]


def test_the_official_rules_are_really_asked() -> None:
    doc = worked_invoice()
    wrong = replace(doc, groups=(replace(doc.groups[0], vat_ore=1),))
    assert any(found.startswith("BR-S-09") for found in broken_rules(write_einvoice(wrong)))
    nobody = replace(doc, seller=replace(doc.seller, name=""))
    assert any("BR-06" in found or "XSD" in found for found in broken_rules(write_einvoice(nobody)))
    mixed = replace(doc, lines=(*doc.lines, replace(doc.lines[1], category="O", rate_bp=0)))
    assert any(found.startswith("BR-O-") for found in broken_rules(write_einvoice(mixed)))


@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
@given(doc=any_einvoice())
def test_whatever_is_sold_passes(doc: EInvoice) -> None:
    xml = write_einvoice(doc)
    assert broken_rules(xml) == []
    assert check_einvoice(xml) == []
    assert write_einvoice(doc) == xml
