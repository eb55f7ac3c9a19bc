"""What an e-invoice holds (EN 16931; Peppol BIS Billing 3.0). Amounts in øre, positive on a credit note too."""

from dataclasses import dataclass, field
from datetime import date

INVOICE, CREDIT_NOTE = "invoice", "credit_note"
GLN, CVR = "0088", "0184"  # schemes of electronic addresses (EAS)
BASKET_UNIT, PIECE_UNIT = "XBK", "H87"  # UN/ECE recommendations 21 and 20
DISCOUNT, FREIGHT = "95", "FC"  # UNCL5189, UNCL7161
BANK_ACCOUNT, CARD, IBAN, FIK = "42", "48", "58", "93"  # UNCL4461 as Danes use it


@dataclass(frozen=True, slots=True)
class Place:
    """A postal address."""

    street: str
    more: str
    postcode: str
    city: str
    country: str = "DK"


@dataclass(frozen=True, slots=True)
class Party:
    """A seller or a buyer. `endpoint` is where the document is sent to: a GLN or a CVR number, by its scheme."""

    name: str
    cvr: str
    endpoint: str
    scheme: str
    place: Place
    vat_no: str = ""
    contact: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `unit_parts` is the price a piece before the discount, without VAT, in hundredths of an øre."""

    text: str
    contents: str
    quantity: int
    unit: str
    unit_parts: int
    net_ore: int
    category: str
    rate_bp: int
    discount_ore: int = 0


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A discount or a charge on the whole document; `percent_bp` of `base_ore` when it is a percentage."""

    is_charge: bool
    code: str
    reason: str
    ore: int
    category: str
    rate_bp: int
    percent_bp: int = 0
    base_ore: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """What is taxed at one category and rate."""

    category: str
    rate_bp: int
    net_ore: int
    vat_ore: int


@dataclass(frozen=True, slots=True)
class Payment:
    """How it is to be paid, or was: `account` is an account number, an IBAN or a FIK creditor number."""

    code: str
    reference: str = ""
    account: str = ""
    reg: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """The invoice that a credit note is about."""

    number: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file carried along: the pages as a PDF."""

    name: str
    description: str
    content: bytes
    mime: str = "application/pdf"


@dataclass(frozen=True, slots=True)
class EInvoice:
    """An invoice or a credit note. `reference` is whom it is for (BT-10), `requisition` their order number (BT-13)."""

    kind: str
    number: str
    issued_on: date
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    groups: tuple[Group, ...]
    due_on: date | None = None
    note: str = ""
    account_string: str = ""
    reference: str = ""
    requisition: str = ""
    order_number: str = ""
    about: About | None = None
    delivered_on: date | None = None
    delivered_to: Place | None = None
    payment: Payment | None = None
    terms: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    prepaid_ore: int = 0
    attachments: tuple[Attachment, ...] = field(default=())

    @property
    def lines_ore(self) -> int:
        """The sum of the lines without VAT (BT-106)."""
        return sum(line.net_ore for line in self.lines)

    @property
    def discounts_ore(self) -> int:
        """The sum of the discounts on the whole document (BT-107)."""
        return sum(one.ore for one in self.adjustments if not one.is_charge)

    @property
    def charges_ore(self) -> int:
        """The sum of the charges on the whole document (BT-108)."""
        return sum(one.ore for one in self.adjustments if one.is_charge)

    @property
    def net_ore(self) -> int:
        """The total without VAT (BT-109)."""
        return self.lines_ore - self.discounts_ore + self.charges_ore

    @property
    def vat_ore(self) -> int:
        """The VAT of all groups (BT-110)."""
        return sum(group.vat_ore for group in self.groups)

    @property
    def gross_ore(self) -> int:
        """The total with VAT (BT-112)."""
        return self.net_ore + self.vat_ore
