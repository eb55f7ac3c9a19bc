"""E-invoices to try the writer and the rules with: the worked invoice, and any other that adds up."""

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from orders.einvoice.values import (
    BANK_ACCOUNT,
    BASKET_UNIT,
    CARD,
    CREDIT_NOTE,
    CVR,
    DISCOUNT,
    FIK,
    FREIGHT,
    GLN,
    IBAN,
    INVOICE,
    PIECE_UNIT,
    About,
    Adjustment,
    Attachment,
    EInvoice,
    Group,
    Line,
    Party,
    Payment,
    Place,
)
from shop.tax import NetLine, tax_net_lines, vat_groups

SELLER = Party(
    "Eksempel Gavekurv ApS", "12345674", "12345674", CVR, Place("Eksempelvej 1", "", "8000", "Aarhus C"),
    "DK12345674", "Kontor", "+4512345678", "faktura@example.dk",
)  # fmt: skip
TOWN = Place("Rådhuspladsen 1", "", "8000", "Aarhus C")
MUNICIPALITY = Party(
    "Eksempel Kommune", "12345674", "5798009811578", GLN, TOWN,
    contact="Hanne Hansen (HAHA)", phone="+4587654321", email="hanne@example.dk",
)  # fmt: skip


def worked_invoice() -> EInvoice:
    """30 baskets and 30 cards, 5 % off the baskets, freight: the invoice whose figures are known."""
    return EInvoice(
        kind=INVOICE, number="2026-00042", issued_on=date(2026, 12, 1), due_on=date(2026, 12, 31),
        seller=SELLER, buyer=MUNICIPALITY, note="Julegaver 2026", account_string="1234567890",
        reference="HAHA", requisition="REK-778", order_number="O-1001",
        delivered_on=date(2026, 11, 30), delivered_to=TOWN,
        payment=Payment(BANK_ACCOUNT, "2026-00042", "0440116243", "0040"), terms="Netto 30 dage",
        lines=(
            Line("Gavekurv", "Kaffe, te og chokolade", 30, BASKET_UNIT, 3_192_000, 957_600, "S", 2500),
            Line("Kort med hilsen", "", 30, PIECE_UNIT, 80_000, 24_000, "S", 2500),
        ),
        adjustments=(
            Adjustment(False, DISCOUNT, "Mængderabat", 47_880, "S", 2500, 500, 957_600),
            Adjustment(True, FREIGHT, "Fragt", 49_500, "S", 2500),
        ),
        groups=(Group("S", 2500, 983_220, 245_805),),
    )  # fmt: skip


def credited(doc: EInvoice) -> EInvoice:
    """The credit note that takes a whole invoice back."""
    about = About(doc.number, doc.issued_on)
    return replace(doc, kind=CREDIT_NOTE, number="K-7", about=about, due_on=None, payment=None, terms="", prepaid_ore=0)


PAYMENTS = (
    Payment(BANK_ACCOUNT, "F1", "0440116243", "0040"),
    Payment(IBAN, "F1", "DK5000400440116243"),
    Payment(FIK, "71#000000202600425", "81234567"),
    Payment(CARD),
    None,
)
_WORDS = st.text(max_size=30).map(lambda text: f"Vare {text}")


@st.composite
def _lines(draw: st.DrawFn) -> Line:
    quantity, unit_parts = draw(st.integers(1, 5000)), draw(st.integers(0, 9_999_999))
    whole = (unit_parts * quantity + 50) // 100
    # What is left of a line after many refunds need not be the price times the pieces.
    whole = max(0, whole + draw(st.integers(-300, 300)))
    off = draw(st.one_of(st.just(0), st.integers(0, whole)))
    category, rate = draw(st.sampled_from([("S", 2500), ("E", 0), ("Z", 0), ("S", 1250)]))
    unit = draw(st.sampled_from([BASKET_UNIT, PIECE_UNIT]))
    return Line(draw(_WORDS), draw(st.text(max_size=20)), quantity, unit, unit_parts, whole - off, category, rate, off)


@st.composite
def any_einvoice(draw: st.DrawFn) -> EInvoice:
    """Any document the shop could make: quantities, discounts, freight, VAT mixes, paid or not, either kind."""
    lines = tuple(draw(st.lists(_lines(), min_size=1, max_size=6)))
    adjustments = []
    if draw(st.booleans()):
        adjustments.append(Adjustment(True, FREIGHT, "Fragt", draw(st.integers(0, 90_000)), "S", 2500))
    base = sum(line.net_ore for line in lines if (line.category, line.rate_bp) == ("S", 2500))
    if base and draw(st.booleans()):
        percent = draw(st.integers(1, 10_000))
        off = (base * percent + 5_000) // 10_000
        adjustments.append(Adjustment(False, DISCOUNT, "Rabat", off, "S", 2500, percent, base))
    taxed = tax_net_lines(
        [
            *(NetLine(line.net_ore, line.category, line.rate_bp) for line in lines),
            *(NetLine(one.ore if one.is_charge else -one.ore, one.category, one.rate_bp) for one in adjustments),
        ],
        "any",
    )
    groups = tuple(Group(one.category, one.rate_bp, one.net_ore, one.vat_ore) for one in vat_groups(taxed))
    base_doc = replace(
        worked_invoice(), lines=lines, adjustments=tuple(adjustments), groups=groups, note=draw(st.text(max_size=40)),
        requisition=draw(st.sampled_from(["", "REK-778"])), account_string=draw(st.sampled_from(["", "123-45"])),
    )  # fmt: skip
    if draw(st.booleans()):
        base_doc = replace(base_doc, buyer=replace(MUNICIPALITY, endpoint="12345674", scheme=CVR))
    if draw(st.booleans()):
        base_doc = replace(base_doc, attachments=(Attachment("f.pdf", "Faktura", b"%PDF-1.7"),))
    if draw(st.booleans()):
        return credited(base_doc)
    payment = draw(st.sampled_from(PAYMENTS))
    paid = base_doc.gross_ore if payment is not None and payment.code == CARD else 0
    return replace(base_doc, payment=payment, prepaid_ore=paid)
