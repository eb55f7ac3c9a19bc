"""The rules an e-invoice must keep, each under its name in its rule set, with a sentence for people.

EN 16931 (BR-…: CEN, 1.3.16), Peppol BIS Billing 3.0.21 (PEPPOL-…, here without that prefix) and the Danish rules
in it (DK-R-…); domain-denmark §3.7–3.10. A rule looks at elements (`about`, an XPath) and demands something of each
(`demands`). Rules that nothing we write could ever touch (a second VAT
currency, direct debit, giro) are demanded all the same where they are Danish, since a document may come from elsewhere.
"""

from dataclasses import dataclass

from shop.i18n import LazyString
from shop.i18n import lazy_gettext as _

SELLER = "cac:AccountingSupplierParty/cac:Party"
BUYER = "cac:AccountingCustomerParty/cac:Party"
_COUNTRY = "cac:PostalAddress/cac:Country/cbc:IdentificationCode"
LINES = "*[self::cac:InvoiceLine or self::cac:CreditNoteLine]"
_DANISH_SELLER = f"[{SELLER}/{_COUNTRY} = 'DK']"
_DANISH = f"{_DANISH_SELLER}[{BUYER}/{_COUNTRY} = 'DK']"
_INVOICE = "/*[cbc:InvoiceTypeCode]"
_MEANS = "cac:PaymentMeans[cbc:PaymentMeansCode = '{}']"
_ACCOUNT = "cac:PayeeFinancialAccount/cbc:ID"
_PAY_ID = "normalize-space(cbc:PaymentID)"
DAY = "number(translate({}, '-', ''))"
TOTAL = "cac:LegalMonetaryTotal"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name, the elements it is about, what it demands of each, and what to say when one has not."""

    name: str
    about: str
    demands: str
    sentence: LazyString


def _digits(path: str, most: str) -> str:
    return f"re:test(normalize-space({path}), '^{most}$')"


DANISH = (
    Rule(
        "DK-R-002", f"/*{_DANISH_SELLER}", f"{SELLER}/cac:PartyLegalEntity/cbc:CompanyID",
        _("Sælgerens CVR-nummer mangler. Skriv det under Indstillinger, Sælger."),
    ),
    Rule(
        "DK-R-003", f"/*{_DANISH}//cac:CommodityClassification/cbc:ItemClassificationCode[@listID = 'TST']",
        "re:test(@listVersionID, '^(19[.]05[.]01|19[.]0501|26[.]08[.]01|26[.]0801)$')",
        _("En vare har en varekode (UNSPSC) af en udgave, som ikke må bruges."),
    ),
    Rule(
        "DK-R-004", f"/*{_DANISH}//cac:AllowanceCharge[cbc:AllowanceChargeReasonCode = 'ZZZ']",
        "re:test(normalize-space(cbc:AllowanceChargeReason), '^([0-9]{4}|[^#]+#.*[^#])$')",
        _("En afgift (kode ZZZ) skal nævne sin afgiftskode med fire tal."),
    ),
    Rule(
        "DK-R-005", f"{_INVOICE}{_DANISH}/cac:PaymentMeans",
        "re:test(normalize-space(cbc:PaymentMeansCode), '^(1|10|31|42|48|49|50|58|59|93|97)$')",
        _("Måden at betale på er ikke en, der bruges i Danmark."),
    ),
    Rule(
        "DK-R-006", f"/*{_DANISH}/cac:PaymentMeans[cbc:PaymentMeansCode = '31' or cbc:PaymentMeansCode = '42']",
        f"normalize-space({_ACCOUNT}) and "
        "normalize-space(cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID)",
        _("Bankkontoen skal have både registreringsnummer og kontonummer. Skriv dem under Indstillinger, Sælger."),
    ),
    Rule(
        "DK-R-007", f"/*{_DANISH}/{_MEANS.format('49')}",
        "cac:PaymentMandate/cbc:ID and cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID",
        _("Direkte betaling skal have både aftalenummer og køberens konto."),
    ),
    Rule(
        "DK-R-008", f"/*{_DANISH}/{_MEANS.format('50')}",
        f"re:test({_PAY_ID}, '^(01|04|15)#') and {_digits(_ACCOUNT, '[0-9]{7,8}')}",
        _("Et girokort skal begynde med 01#, 04# eller 15# og have et gironummer med 7 eller 8 tal."),
    ),
    Rule(
        "DK-R-009", f"/*{_DANISH}/{_MEANS.format('50')}[re:test({_PAY_ID}, '^(04|15)#')]",
        f"re:test({_PAY_ID}, '^(04|15)#[0-9]{{16}}$')",
        _("Girokortets betalings-id skal have 16 tal efter korttypen."),
    ),
    Rule(
        "DK-R-010", f"/*{_DANISH}/{_MEANS.format('93')}",
        f"re:test({_PAY_ID}, '^(71|73|75)#') and string-length(normalize-space({_ACCOUNT})) = 8",
        _("Et FIK-kort skal begynde med 71#, 73# eller 75# og have et kreditornummer med 8 tal."),
    ),
    Rule(
        "DK-R-011", f"/*{_DANISH}/{_MEANS.format('93')}[re:test({_PAY_ID}, '^(71|75)#')]",
        f"re:test({_PAY_ID}, '^(71|75)#[0-9]{{15,16}}$')",
        _("FIK-kortets betalings-id skal have 15 eller 16 tal efter korttypen."),
    ),
    Rule(
        "DK-R-013", f"/*{_DANISH}//cac:PartyIdentification/cbc:ID", "@schemeID",
        _("Et nummer på sælger eller køber mangler sin art."),
    ),
    Rule(
        "DK-R-014", f"/*{_DANISH_SELLER}/{SELLER}/cac:PartyLegalEntity/cbc:CompanyID", "@schemeID = '0184'",
        _("Sælgerens nummer skal være et CVR-nummer."),
    ),
    Rule(
        "DK-R-016", f"/*[cbc:CreditNoteTypeCode]{_DANISH}", f"number({TOTAL}/cbc:PayableAmount) >= 0",
        _("En kreditnota må ikke være negativ."),
    ),
    Rule(
        "DK-R-017", f"/*{_DANISH}/{BUYER}/cac:PartyLegalEntity/cbc:CompanyID", "@schemeID = '0184'",
        _("Køberens nummer skal være et CVR-nummer."),
    ),
)  # fmt: skip
