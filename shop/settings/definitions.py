"""Every setting there is: its kind, what holds until somebody changes it, and where the rule comes from."""

from dataclasses import dataclass
from typing import Any

from shop.i18n import lazy_gettext as _

TEXT, INTEGER, ORE, PERCENT, DAYS, TABLE, LINES = "text", "integer", "ore", "percent", "days", "table", "lines"


@dataclass(frozen=True, slots=True)
class Definition:
    """One setting. `needed` ones are named on the settings page until they have a value of their own."""

    key: str
    group: str
    kind: str
    label: Any
    default: Any
    source: str = ""
    needed: bool = False
    columns: tuple[str, ...] = ()


GROUPS: dict[str, Any] = {
    "seller": _("Sælger"),
    "numbers": _("Numre"),
    "freight": _("Fragt"),
    "delivery": _("Levering"),
    "limits": _("Grænser og satser"),
    "times": _("Tider og frister"),
}

DEFINITIONS: tuple[Definition, ...] = (
    Definition("seller.name", "seller", TEXT, _("Navn"), "", "e-handelsloven § 7", needed=True),
    Definition("seller.cvr", "seller", TEXT, _("CVR-nr."), "", "e-handelsloven § 7", needed=True),
    Definition("seller.vat_no", "seller", TEXT, _("Momsnr."), "", "momsbekendtgørelsen § 58", needed=True),
    Definition("seller.address", "seller", TEXT, _("Adresse"), "", "e-handelsloven § 7", needed=True),
    Definition("seller.postcode", "seller", TEXT, _("Postnr."), "", "", needed=True),
    Definition("seller.city", "seller", TEXT, _("By"), "", "", needed=True),
    Definition("seller.email", "seller", TEXT, _("E-mail"), "", "e-handelsloven § 7", needed=True),
    Definition("seller.phone", "seller", TEXT, _("Telefon"), "", "forbrugeraftaleloven § 8", needed=True),
    Definition("seller.url", "seller", TEXT, _("Butikkens adresse på nettet"), "", "", needed=True),
    Definition("seller.bank_reg", "seller", TEXT, _("Bank, reg.nr."), ""),
    Definition("seller.bank_account", "seller", TEXT, _("Bank, kontonr."), ""),
    Definition("seller.iban", "seller", TEXT, _("IBAN"), ""),
    Definition("numbers.order_prefix", "numbers", TEXT, _("Foran ordrenumre"), ""),
    Definition("numbers.invoice_prefix", "numbers", TEXT, _("Foran fakturanumre"), "F-", "momsbekendtgørelsen § 58"),
    Definition("numbers.credit_prefix", "numbers", TEXT, _("Foran kreditnotanumre"), "K-", "momsbekendtgørelsen § 58"),
    Definition(
        "freight.parcel",
        "freight",
        TABLE,
        _("Pakke efter vægt"),
        [],
        "prisoplysning: markedsføringsloven § 13",
        needed=True,
        columns=("max_g", "gross_ore"),
    ),
    Definition(
        "freight.pickup", "freight", TABLE, _("Afhentningssteder"), [], "", columns=("name", "address", "enterprise")
    ),
    Definition("freight.local_gross_ore", "freight", ORE, _("Egen levering, pris til køberen"), 6900),
    Definition("freight.local_item", "freight", TEXT, _("Egen levering, ydelsens adresse"), ""),
    Definition(
        "freight.rule", "freight", TEXT, _("Hvem bærer fragten"), "carrier_first", "fragten deles: bringeren, så puljen"
    ),
    Definition("delivery.closed", "delivery", LINES, _("Lukkedage"), []),
    Definition("delivery.transit_days", "delivery", DAYS, _("Pakkens vej, hverdage"), 1),
    Definition("delivery.horizon_days", "delivery", DAYS, _("Hvor langt frem kan man ønske, dage"), 90),
    Definition("limits.quantity", "limits", INTEGER, _("Mest af én ting i en bestilling"), 500),
    Definition("limits.fee_percent_bp", "limits", PERCENT, _("Kortgebyr, anslået del"), 150),
    Definition("limits.fee_fixed_ore", "limits", ORE, _("Kortgebyr, anslået fast del"), 180),
    Definition("limits.age_low", "limits", INTEGER, _("Alder for alkohol til og med 6 %"), 16, "1. april 2025"),
    Definition("limits.age_high", "limits", INTEGER, _("Alder for alkohol over 6 %"), 18, "1. april 2025"),
    Definition("limits.few_left", "limits", INTEGER, _("Så mange tilbage kaldes få"), 10),
    Definition("times.unpaid_minutes", "times", INTEGER, _("En ubetalt ordre holdes, minutter"), 60),
    Definition("times.authorisation_days", "times", DAYS, _("En reservation på kortet lever, dage"), 6),
    Definition("times.cart_days", "times", DAYS, _("En urørt bestilling gemmes, dage"), 60, "GDPR art. 5"),
    Definition(
        "times.recipient_days", "times", DAYS, _("Modtageres navne gemmes efter levering, dage"), 90, "GDPR art. 5"
    ),
    Definition("times.withdrawal_days", "times", DAYS, _("Fortrydelsesret, dage"), 14, "forbrugeraftaleloven § 19"),
    Definition("times.waiting_days", "times", DAYS, _("Ventetid før afregning, dage"), 21),
    Definition("terms.sections", "terms", LINES, _("Handelsbetingelser"), [], "forbrugeraftaleloven § 8"),
    Definition("terms.privacy", "terms", LINES, _("Privatliv"), [], "GDPR art. 13"),
    Definition("terms.cookies", "terms", LINES, _("Cookies"), [], "cookiebekendtgørelsen"),
    Definition("terms.accessibility", "terms", LINES, _("Tilgængelighed"), [], "lov 801/2022"),
    Definition("terms.contact", "terms", LINES, _("Kontakt"), [], "e-handelsloven § 7"),
)
BY_KEY = {definition.key: definition for definition in DEFINITIONS}
