"""Every setting there is: its kind, what holds until somebody changes it, and where the rule comes from."""

from dataclasses import dataclass
from typing import Any

from shop.i18n import lazy_gettext as _

TEXT, INTEGER, ORE, PERCENT, DAYS = "text", "integer", "ore", "percent", "days"
TABLE, DATES, SECTIONS, CHOICE = "table", "dates", "sections", "choice"


@dataclass(frozen=True, slots=True)
class Definition:
    """One setting. `needed` ones are named on the settings page until they have a value of their own.

    `check` names how a text is read (shop.settings.checks); `least` and `most` bound a number, both included.
    """

    key: str
    group: str
    kind: str
    label: Any
    default: Any
    source: str = ""
    needed: bool = False
    columns: tuple[str, ...] = ()
    check: str = ""
    least: int = 0
    most: int = 1_000_000
    hint: Any = ""
    choices: tuple[tuple[str, Any], ...] = ()


GROUPS: dict[str, Any] = {
    "seller": _("Sælger"),
    "numbers": _("Numre"),
    "freight": _("Fragt"),
    "delivery": _("Levering"),
    "packing": _("Pakning"),
    "limits": _("Grænser og satser"),
    "times": _("Tider og frister"),
    "reminders": _("Rykkere"),
    "terms": _("Vilkår og tekster"),
}

_SELLER = (
    Definition("seller.name", "seller", TEXT, _("Navn"), "", "e-handelsloven § 7", needed=True),
    Definition("seller.cvr", "seller", TEXT, _("CVR-nr."), "", "e-handelsloven § 7", needed=True, check="cvr"),
    Definition(
        "seller.vat_no", "seller", TEXT, _("Momsnr."), "", "momsbekendtgørelsen § 58", needed=True, check="vat_no"
    ),
    Definition("seller.address", "seller", TEXT, _("Adresse"), "", "e-handelsloven § 7", needed=True),
    Definition("seller.postcode", "seller", TEXT, _("Postnr."), "", "", needed=True, check="postcode"),
    Definition("seller.city", "seller", TEXT, _("By"), "", "", needed=True),
    Definition("seller.email", "seller", TEXT, _("E-mail"), "", "e-handelsloven § 7", needed=True, check="email"),
    Definition(
        "seller.phone", "seller", TEXT, _("Telefon"), "", "forbrugeraftaleloven § 8", needed=True, check="phone"
    ),
    Definition(
        "seller.url", "seller", TEXT, _("Butikkens adresse på nettet"), "", "", check="url",
        hint=_("Den står i breve og deres links, for eksempel https://www.eksempel.dk."),
    ),
    Definition("seller.bank_reg", "seller", TEXT, _("Bank, reg.nr."), "", check="bank_reg"),
    Definition("seller.bank_account", "seller", TEXT, _("Bank, kontonr."), "", check="bank_account"),
    Definition("seller.iban", "seller", TEXT, _("IBAN"), "", check="iban"),
    Definition(
        "seller.fik_creditor", "seller", TEXT, _("FIK, kreditornr."), "", check="fik_creditor",
        hint=_("Otte cifre fra banken. Så får fakturaer og breve om overførsel et +71-kort, som banken læser selv."),
    ),
)  # fmt: skip

_PREFIX = _("Store bogstaver, tal og bindestreg, højst 8 tegn. Nummeret følger lige efter.")
_NUMBERS = (
    Definition("numbers.order_prefix", "numbers", TEXT, _("Foran ordrenumre"), "", check="prefix", hint=_PREFIX),
    Definition(
        "numbers.invoice_prefix", "numbers", TEXT, _("Foran fakturanumre"), "F-", "momsbekendtgørelsen § 58",
        check="prefix", hint=_PREFIX,
    ),
    Definition(
        "numbers.credit_prefix", "numbers", TEXT, _("Foran kreditnotanumre"), "K-", "momsbekendtgørelsen § 58",
        check="prefix", hint=_PREFIX,
    ),
    Definition(
        "numbers.settlement_prefix", "numbers", TEXT, _("Foran numre på afregningsbilag"), "A-",
        "momsbekendtgørelsen § 58", check="prefix", hint=_PREFIX,
    ),
)  # fmt: skip

_FREIGHT = (
    Definition(
        "freight.parcel", "freight", TABLE, _("Pakke efter vægt"), [], "prisoplysning: markedsføringsloven § 13",
        needed=True, columns=("max_g", "gross_ore"),
        hint=_("En række for hver vægt: en bestilling betaler den første række, den kan være i."),
    ),
    Definition(
        "freight.pickup", "freight", TABLE, _("Afhentningssteder"), [], "",
        columns=("slug", "enterprise", "name_da", "name_en", "address", "postcode", "city", "gross_ore"),
    ),
    Definition(
        "freight.local_gross_ore", "freight", ORE, _("Egen levering, pris til køberen"), 6900, most=1_000_000
    ),
    Definition(
        "freight.local_item", "freight", CHOICE, _("Egen levering, hvem der kører"), "",
        hint=_("En ydelse med de postnumre, den kører til. Tom: der tilbydes ikke egen levering."),
    ),
    Definition(
        "freight.rule", "freight", CHOICE, _("Hvem bærer fragten"), "carrier_first", "butikkens egen regel",
        choices=(("carrier_first", _("den, der bringer, får sin pris; puljen bærer resten")),),
    ),
)  # fmt: skip

_DELIVERY = (
    Definition(
        "delivery.closed", "delivery", DATES, _("Lukkedage"), [], "",
        hint=_("Weekender, helligdage, 1. maj, 5. juni, 24. og 31. december er lukket i forvejen."),
    ),
    Definition(
        "delivery.weekdays", "delivery", TEXT, _("Leveringsdage"), "ma ti on to fr", "", check="weekdays",
        hint=_("Skriv dagene som ma ti on to fr. Helligdage leverer vi aldrig."),
    ),
    Definition("delivery.transit_days", "delivery", DAYS, _("Pakkens vej, hverdage"), 1, most=20),
    Definition(
        "delivery.horizon_days", "delivery", DAYS, _("Hvor langt frem kan man ønske, dage"), 90, least=1, most=400
    ),
)  # fmt: skip

_PACKING = (
    Definition(
        "packing.inbound_days", "packing", DAYS, _("Leverandører bringer varer før pakkedagen, hverdage"), 1, most=20,
        hint=_("Tæl op fra pakkedagen og baglæns: 1 er hverdagen før."),
    ),
    Definition(
        "packing.inbound_time", "packing", TEXT, _("Senest klokken"), "12.00", "", check="clock",
        hint=_("Skriv den som 12.00."),
    ),
    Definition(
        "packing.place", "packing", TEXT, _("Hvor varerne bringes hen"), "", "",
        hint=_("Navn og adresse på én linje. Tom: sælgerens adresse."),
    ),
)  # fmt: skip

_LIMITS = (
    Definition("limits.quantity", "limits", INTEGER, _("Mest af én ting i en bestilling"), 500, least=1, most=100_000),
    Definition("limits.fee_percent_bp", "limits", PERCENT, _("Kortgebyr, anslået del"), 150, most=2_000),
    Definition("limits.difference_ore", "limits", ORE, _("Forskel i en betaling, der afskrives"), 100, most=10_000),
    Definition("limits.fee_fixed_ore", "limits", ORE, _("Kortgebyr, anslået fast del"), 180, most=10_000),
    Definition(
        "limits.age_low", "limits", INTEGER, _("Alder for alkohol til og med 6 %"), 16,
        "lov om forbud mod salg af alkohol til unge, 1. april 2025", least=16, most=25,
    ),
    Definition(
        "limits.age_high", "limits", INTEGER, _("Alder for alkohol over 6 %"), 18,
        "lov om forbud mod salg af alkohol til unge, 1. april 2025", least=18, most=25,
    ),
    Definition("limits.few_left", "limits", INTEGER, _("Så mange tilbage kaldes få"), 10, most=1_000),
    Definition(
        "limits.vat_threshold_ore", "limits", ORE, _("Omsætning uden momsregistrering, kalenderår"), 5_000_000,
        "momsloven § 48, stk. 1; 1. januar 2025", most=100_000_000,
    ),
    Definition(
        "limits.vat_threshold_blind_ore", "limits", ORE, _("Det samme for blindes varer, 12 måneder"), 17_000_000,
        "momsloven § 48, stk. 2, nr. 1", most=100_000_000,
    ),
    Definition(
        "limits.simplified_invoice_ore", "limits", ORE, _("Forenklet faktura til og med"), 300_000,
        "momsbekendtgørelsen, forenklet faktura", most=100_000_000,
    ),
    Definition(
        "limits.gift_small_ore", "limits", ORE, _("Bagatelgrænse for medarbejdergaver, år"), 140_000,
        "ligningsloven § 16, stk. 3; 2025 og 2026", most=10_000_000,
    ),
    Definition(
        "limits.gift_christmas_ore", "limits", ORE, _("Julegave uden skat"), 100_000,
        "ligningsloven § 16, stk. 3; 2025 og 2026", most=10_000_000,
    ),
)  # fmt: skip

_TIMES = (
    Definition(
        "times.unpaid_minutes", "times", INTEGER, _("En ubetalt ordre holdes, minutter"), 60, least=5, most=10_080
    ),
    Definition(
        "times.authorisation_days", "times", DAYS, _("En reservation på kortet lever, dage"), 6, least=1, most=90
    ),
    Definition(
        "times.ask_days", "times", DAYS, _("Betaling senere: beløbet reserveres før pakning, dage"), 3, least=1, most=30
    ),
    Definition(
        "times.cart_days", "times", DAYS, _("En urørt bestilling gemmes, dage"), 60, "GDPR art. 5", least=1, most=400
    ),
    Definition(
        "times.order_link_days", "times", DAYS, _("Linket til en ordre virker, dage"), 760, "købeloven § 83",
        least=30, most=2000, hint=_("To år og en måned: så længe kan der klages."),
    ),
    Definition(
        "times.recipient_days", "times", DAYS, _("Modtageres navne gemmes efter levering, dage"), 90, "GDPR art. 5",
        least=1, most=730,
    ),
    Definition(
        "times.report_days", "times", DAYS, _("Henvendelser og deres billeder gemmes, dage"), 1095,
        "forældelsesloven § 3; GDPR art. 5", least=60, most=1826,
    ),
    Definition(
        "times.by_hand_days", "times", DAYS, _("En ordre taget imod på kontoret venter på betaling, dage"), 8,
        least=1, most=60, hint=_("Dog aldrig længere end til den dag, den skal pakkes."),
    ),
    Definition(
        "times.withdrawal_days", "times", DAYS, _("Fortrydelsesret, dage"), 14, "forbrugeraftaleloven § 19",
        least=14, most=400,
    ),
    Definition(
        "times.delivery_most_days", "times", DAYS, _("Levering senest efter, dage"), 30, "købeloven § 74",
        least=1, most=30,
    ),
    Definition("times.waiting_days", "times", DAYS, _("Ventetid før afregning, dage"), 21, most=365),
    Definition(
        "times.price_reference_days", "times", DAYS, _("Førpris: laveste pris i de seneste, dage"), 30,
        "prismarkedsføring, 28. maj 2022", least=30, most=365,
    ),
    Definition(
        "times.public_payment_days", "times", DAYS, _("Betalingsfrist for offentlige, dage"), 30, "renteloven",
        least=1, most=30,
    ),
    Definition(
        "times.company_payment_days", "times", DAYS, _("Betalingsfrist for virksomheder, dage"), 14, least=1, most=60,
        hint=_("Foreslås, når en virksomhed godkendes til at købe på faktura."),
    ),
    Definition(
        "times.accounting_years", "times", INTEGER, _("Bilag gemmes efter regnskabsåret, år"), 5,
        "bogføringsloven, lov 700/2022", least=5, most=30,
    ),
)  # fmt: skip

_REMINDERS = (
    Definition(
        "reminders.payment_days", "reminders", DAYS, _("Betalingsfrist, når fakturaen ikke nævner en"), 14,
        least=1, most=90, hint=_("Regnes fra fakturaens dag."),
    ),
    Definition(
        "reminders.first_days", "reminders", DAYS, _("Første påmindelse, dage efter fristen"), 5, least=1, most=60,
        hint=_("Bank og faktura er nogle dage om vejen. Den første er altid venlig og koster ikke noget."),
    ),
    Definition(
        "reminders.between_days", "reminders", DAYS, _("Mindst så længe mellem to rykkere"), 14, "renteloven § 9 b",
        least=10, most=90, hint=_("Loven kræver 10 dage. Så lang en ny frist får køberen også."),
    ),
    Definition(
        "reminders.fee_ore", "reminders", ORE, _("Rykkergebyr"), 0, "renteloven § 9 b", most=10_000,
        hint=_(
            "Højst 100 kr. med moms for hver rykker og højst tre. Vi tager det for den anden og den tredje, aldrig af "
            "det offentlige. 0: intet gebyr. Spørg jeres revisor, før I skriver et beløb."
        ),
    ),
    Definition(
        "reminders.interest_bp", "reminders", PERCENT, _("Rente om året, når betalingen er forsinket"), 0,
        "renteloven §§ 3, 5 og 7", most=3_000,
        hint=_(
            "0: ingen rente. Loven tillader Nationalbankens udlånsrente 1. januar og 1. juli plus 8 procent, og ikke "
            "mere over for forbrugere. Butikken kender ikke udlånsrenten: skriv satsen hvert halve år med den dag, den "
            "gælder fra."
        ),
    ),
)  # fmt: skip

_FILLED = _("{seller_name}, {seller_address}, {seller_email}, {seller_cvr} og {seller_phone} bliver udfyldt for dig.")
_TERMS = (
    Definition(
        "terms.sections", "terms", SECTIONS, _("Handelsbetingelser"), [], "forbrugeraftaleloven § 8", needed=True,
        hint=_FILLED,
    ),
    Definition("terms.privacy", "terms", SECTIONS, _("Privatliv"), [], "GDPR art. 13", needed=True, hint=_FILLED),
    Definition("terms.cookies", "terms", SECTIONS, _("Cookies"), [], "cookiebekendtgørelsen", hint=_FILLED),
    Definition("terms.accessibility", "terms", SECTIONS, _("Tilgængelighed"), [], "lov 801/2022", hint=_FILLED),
    Definition("terms.contact", "terms", SECTIONS, _("Kontakt"), [], "e-handelsloven § 7", hint=_FILLED),
)  # fmt: skip

DEFINITIONS: tuple[Definition, ...] = (
    *_SELLER,
    *_NUMBERS,
    *_FREIGHT,
    *_DELIVERY,
    *_PACKING,
    *_LIMITS,
    *_TIMES,
    *_REMINDERS,
    *_TERMS,
)
BY_KEY = {definition.key: definition for definition in DEFINITIONS}
