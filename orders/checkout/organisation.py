"""What a company or a public body types in the checkout besides who, where and when."""

from collections.abc import Callable, Mapping
from typing import Any

from orders.models import COMPANY, PRIVATE, PUBLIC
from orders.organisation import Organisation
from shop.address import LONGEST_FIELD, AddressRefused, clean_line
from shop.checkdigits import clean_cvr, clean_gln
from shop.i18n import lazy_gettext as _

KINDS = (PRIVATE, COMPANY, PUBLIC)
FIELDS = ("org_name", "cvr", "gln", "reference", "requisition", "account_string")

_ASKED = {
    "org_name": _("Skriv virksomhedens eller institutionens navn."),
    "cvr": _("Skriv CVR-nummeret. Det har otte tal."),
    "gln": _("Skriv EAN-nummeret. Det har 13 tal og begynder ofte med 5798; din økonomiafdeling kender det."),
    "reference": _("Skriv den reference, fakturaen skal mærkes med, for eksempel dit navn eller dine initialer."),
}
_WRONG = {
    "cvr": _("Det CVR-nummer findes ikke: kontroltallet passer ikke. Se de otte tal efter."),
    "gln": _("Det EAN-nummer er ikke rigtigt: det skal have 13 tal, og det sidste er et kontroltal. Se det efter."),
}
_UNSEEN = _("Der er et usynligt tegn i feltet, eller det er for langt. Skriv det igen i hånden.")
_READERS: dict[str, Callable[[str], str]] = {"cvr": clean_cvr, "gln": clean_gln}
_NEEDED = {COMPANY: ("org_name", "cvr"), PUBLIC: ("org_name", "gln", "reference")}
_TAKEN = {
    COMPANY: ("org_name", "cvr", "reference", "requisition"),
    PUBLIC: ("org_name", "cvr", "gln", "reference", "requisition", "account_string"),
}


def kind_of(typed: Mapping[str, str]) -> str:
    """Who buys: a private person where nothing else was said."""
    kind = typed.get("buyer_kind", "")
    return kind if kind in KINDS else PRIVATE


def read_organisation(typed: Mapping[str, str], errors: dict[str, Any]) -> Organisation | None:
    """The organisation that was typed; None for a private buyer, and, with sentences in `errors`, for what is wrong.

    A company has a CVR number with its check digit (modulus 11); a public body a GLN with its check digit, and a
    reference, since without them it may send the invoice back (domain-denmark §3.1).
    """
    kind = kind_of(typed)
    if kind == PRIVATE:
        return None
    found = {name: _read(name, typed.get(name, ""), name in _NEEDED[kind], errors) for name in _TAKEN[kind]}
    if any(name in errors for name in FIELDS):
        return None
    return Organisation(**{"name" if name == "org_name" else name: text for name, text in found.items()})


def _read(name: str, typed: str, needed: bool, errors: dict[str, Any]) -> str:
    try:
        text = clean_line(typed)
    except AddressRefused:
        errors[name] = _UNSEEN
        return ""
    if not text:
        if needed:
            errors[name] = _ASKED[name]
        return ""
    try:
        return _READERS.get(name, str)(text)[:LONGEST_FIELD]
    except ValueError:
        errors[name] = _WRONG[name]
        return ""
