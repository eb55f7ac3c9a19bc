"""The rules of Peppol BIS Billing 3.0.21 (the prefix PEPPOL-EN16931- is left out); domain-denmark §3.10."""

from orders.einvoice.rules import BUYER, DAY, LINES, SELLER, Rule
from orders.einvoice.write import CUSTOMIZATION, PROFILE
from shop.i18n import lazy_gettext as _

_SECOND = "round(number({0}) * 100) = round(({1}) * 100)"

PEPPOL = (
    Rule("R001", "/*", "normalize-space(cbc:ProfileID)", _("Papirets forløb (ProfileID) mangler.")),
    Rule("R002", "/*", "count(cbc:Note) <= 1", _("Der må kun være én bemærkning på papiret.")),
    Rule(
        "R003", "/*", "normalize-space(cbc:BuyerReference) or normalize-space(cac:OrderReference/cbc:ID)",
        _("Skriv køberens reference eller et ordrenummer; uden dem kan fakturaen blive sendt retur."),
    ),
    Rule(
        "R004", "/*", f"starts-with(normalize-space(cbc:CustomizationID), '{CUSTOMIZATION}')"
        " and not(contains(substring-after(cbc:CustomizationID, 'poacc:billing:3.0'), '::'))",
        _("Papirets regelsæt (CustomizationID) er ikke Peppol BIS Billing 3.0."),
    ),
    Rule(
        "R005", "/*[cbc:TaxCurrencyCode]", "cbc:TaxCurrencyCode != cbc:DocumentCurrencyCode",
        _("Momsens valuta må kun stå der, når den er en anden end papirets."),
    ),
    Rule(
        "R007", "/*", f"normalize-space(cbc:ProfileID) = '{PROFILE}'",
        _("Papirets forløb er ikke det for fakturaer."),
    ),
    Rule("R008", "//*", "* or normalize-space(.)", _("Der er et tomt felt i papiret.")),
    Rule("R010", "/*", f"normalize-space({BUYER}/cbc:EndpointID)", _("Køberens EAN- eller CVR-nummer mangler.")),
    Rule("R020", "/*", f"normalize-space({SELLER}/cbc:EndpointID)", _("Sælgerens CVR-nummer mangler.")),
    Rule(
        "R040", "//cac:AllowanceCharge[cbc:MultiplierFactorNumeric][cbc:BaseAmount]",
        "(cbc:Amount - cbc:BaseAmount * cbc:MultiplierFactorNumeric div 100) < 0.02001"
        " and (cbc:Amount - cbc:BaseAmount * cbc:MultiplierFactorNumeric div 100) > -0.02001",
        _("En rabat eller et tillæg er ikke procenten af sit beløb."),
    ),
    Rule(
        "R041", "//cac:AllowanceCharge[cbc:MultiplierFactorNumeric]", "cbc:BaseAmount",
        _("En rabat i procent mangler det beløb, den er taget af."),
    ),
    Rule(
        "R042", "//cac:AllowanceCharge[cbc:BaseAmount][not(parent::cac:Price)]", "cbc:MultiplierFactorNumeric",
        _("En rabat af et beløb mangler sin procent."),
    ),
    Rule(
        "R043", "//cac:AllowanceCharge", "cbc:ChargeIndicator = 'true' or cbc:ChargeIndicator = 'false'",
        _("En rabat eller et tillæg siger ikke, hvad af de to det er."),
    ),
    Rule(
        "R044", "//cac:Price/cac:AllowanceCharge", "cbc:ChargeIndicator = 'false'",
        _("En pris må have en rabat, men intet tillæg."),
    ),
    Rule(
        "R046", "//cac:Price[cac:AllowanceCharge/cbc:BaseAmount]",
        _SECOND.format("cbc:PriceAmount", "cac:AllowanceCharge/cbc:BaseAmount - sum(cac:AllowanceCharge/cbc:Amount)"),
        _("En pris er ikke prisen før rabat med rabatten trukket fra."),
    ),
    Rule(
        "R051", "//*[@currencyID][not(parent::cac:TaxTotal)]", "@currencyID = string(/*/cbc:DocumentCurrencyCode)",
        _("Alle beløb skal være i papirets valuta."),
    ),
    Rule("R053", "/*", "count(cac:TaxTotal[cac:TaxSubtotal]) = 1", _("Momsen skal stå én gang, delt efter sats.")),
    Rule(
        "R054", "/*", "count(cac:TaxTotal[not(cac:TaxSubtotal)]) = count(cbc:TaxCurrencyCode)",
        _("Moms i en anden valuta skal stå netop, når papiret har en anden momsvaluta."),
    ),
    Rule(
        "R061", "//cac:PaymentMeans[cbc:PaymentMeansCode = '49' or cbc:PaymentMeansCode = '59']",
        "cac:PaymentMandate/cbc:ID", _("Direkte betaling skal have et aftalenummer."),
    ),
    Rule(
        "R055", "/*[count(cac:TaxTotal) = 2]",
        "(cac:TaxTotal[1]/cbc:TaxAmount >= 0) = (cac:TaxTotal[2]/cbc:TaxAmount >= 0)",
        _("Moms i to valutaer skal have samme fortegn."),
    ),
    Rule(
        "R080", "/*", "count(cac:AdditionalDocumentReference[cbc:DocumentTypeCode = '50']) <= 1",
        _("Der må kun være én projektreference."),
    ),
    Rule(
        "R100", f"/*/{LINES}", "count(cac:DocumentReference) <= 1", _("En linje må kun henvise til én genstand."),
    ),
    Rule(
        "R101", f"/*/{LINES}/cac:DocumentReference", "cbc:DocumentTypeCode = '130'",
        _("En linjes henvisning må kun være til en genstand (kode 130)."),
    ),
    Rule(
        "R110", f"/*[cac:InvoicePeriod/cbc:StartDate]/{LINES}/cac:InvoicePeriod/cbc:StartDate",
        f"{DAY.format('.')} >= {DAY.format('/*/cac:InvoicePeriod/cbc:StartDate')}",
        _("En linjes periode begynder før papirets."),
    ),
    Rule(
        "R111", f"/*[cac:InvoicePeriod/cbc:EndDate]/{LINES}/cac:InvoicePeriod/cbc:EndDate",
        f"{DAY.format('.')} <= {DAY.format('/*/cac:InvoicePeriod/cbc:EndDate')}",
        _("En linjes periode slutter efter papirets."),
    ),
    Rule(
        "R120", f"/*/{LINES}",
        "(cbc:LineExtensionAmount - $net) < 0.02001 and (cbc:LineExtensionAmount - $net) > -0.02001"
        .replace("$net", "((cbc:InvoicedQuantity | cbc:CreditedQuantity) * cac:Price/cbc:PriceAmount div "
                 "(number(concat(cac:Price/cbc:BaseQuantity, substring('1', 1 + count(cac:Price/cbc:BaseQuantity)))))"
                 " + sum(cac:AllowanceCharge[cbc:ChargeIndicator = 'true']/cbc:Amount)"
                 " - sum(cac:AllowanceCharge[cbc:ChargeIndicator = 'false']/cbc:Amount))"),
        _("En linje er ikke antal gange pris, med rabat og tillæg."),
    ),
    Rule("R121", "//cac:Price/cbc:BaseQuantity", "number(.) > 0", _("En pris skal være for et antal over nul.")),
    Rule(
        "R130", "//cac:Price/cbc:BaseQuantity[@unitCode]",
        "@unitCode = ../../*[self::cbc:InvoicedQuantity or self::cbc:CreditedQuantity]/@unitCode",
        _("En pris og dens antal skal have samme enhed."),
    ),
    Rule(
        "CL001", "//cbc:EmbeddedDocumentBinaryObject",
        "re:test(@mimeCode, '^(application/pdf|image/png|image/jpeg|text/csv|application/vnd[.]openxmlformats-"
        "officedocument[.]spreadsheetml[.]sheet|application/vnd[.]oasis[.]opendocument[.]spreadsheet)$')",
        _("Et bilag er af en slags, som ikke må sendes med."),
    ),
    Rule(
        "CL002", "//cac:AllowanceCharge[cbc:ChargeIndicator = 'false']/cbc:AllowanceChargeReasonCode",
        "re:test(., '^(41|42|60|62|63|64|65|66|67|68|70|71|88|95|100|102|103|104|105)$')",
        _("En rabat har en kode, som ikke findes."),
    ),
    Rule(
        "CL003", "//cac:AllowanceCharge[cbc:ChargeIndicator = 'true']/cbc:AllowanceChargeReasonCode",
        "re:test(., '^[A-Z0-9]{2,3}$')", _("Et tillæg har en kode, som ikke findes."),
    ),
    Rule("CL007", "//*/@currencyID", "re:test(., '^[A-Z]{3}$')", _("En valuta skal have tre bogstaver.")),
    Rule(
        "CL008", "//cbc:EndpointID", "re:test(@schemeID, '^[0-9]{4}$|^EM$')",
        _("En elektronisk adresse mangler sin art."),
    ),
    Rule(
        "F001", "//*[self::cbc:IssueDate or self::cbc:DueDate or self::cbc:ActualDeliveryDate or self::cbc:StartDate"
        " or self::cbc:EndDate]", "re:test(., '^[0-9]{4}-[0-9]{2}-[0-9]{2}$')",
        _("En dato skal skrives som 2026-12-01."),
    ),
    Rule("P0100", "//cbc:InvoiceTypeCode", ". = '380'", _("Papiret er ikke en almindelig faktura.")),
    Rule("P0101", "//cbc:CreditNoteTypeCode", ". = '381'", _("Papiret er ikke en almindelig kreditnota.")),
)  # fmt: skip
