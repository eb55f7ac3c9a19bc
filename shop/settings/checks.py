"""How a typed setting is read: each check answers the text as it is stored, or ValidationError with a sentence."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import email_validator
from wtforms.validators import ValidationError

from shop.address import AddressRefused, check_postcode, phone_digits
from shop.checkdigits import clean_creditor, clean_cvr, clean_iban
from shop.errors import Refused
from shop.i18n import gettext as _

FILLED_NAMES = frozenset({"seller_name", "seller_address", "seller_email", "seller_cvr", "seller_phone"})


def _cvr(text: str) -> str:
    try:
        return clean_cvr(text)
    except ValueError:
        raise ValidationError(
            _("Et CVR-nummer har 8 cifre, og her passer kontrolcifret ikke. Se efter igen.")
        ) from None


def _vat_no(text: str) -> str:
    return f"DK{_cvr(text)}"


def _iban(text: str) -> str:
    try:
        return clean_iban(text)
    except ValueError:
        raise ValidationError(_("Det IBAN-nummer går ikke op. Se efter igen; et dansk har 18 tegn.")) from None


def _email(text: str) -> str:
    return clean_email(text)


def clean_email(text: str) -> str:
    """An e-mail address as it is stored: only its domain in small letters. Never looked up anywhere."""
    try:
        return email_validator.validate_email(text, check_deliverability=False).normalized
    except email_validator.EmailNotValidError:
        raise ValidationError(_("Det ligner ikke en e-mailadresse. Skriv den som navn@eksempel.dk.")) from None


def _postcode(text: str) -> str:
    try:
        return check_postcode(text)
    except AddressRefused:
        raise ValidationError(_("Skriv et dansk postnummer med fire cifre.")) from None


def _phone(text: str) -> str:
    try:
        return phone_digits(text)
    except ValueError:
        raise ValidationError(_("Skriv et dansk telefonnummer med otte cifre.")) from None


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        sound = None
    if not sound or parts.path not in ("", "/") or parts.query or parts.fragment or parts.username or " " in text:
        raise ValidationError(_("Skriv hele adressen og ikke mere, for eksempel https://www.eksempel.dk."))
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _clock(text: str) -> str:
    found = re.fullmatch(r"([01]?[0-9]|2[0-3])[.:]([0-5][0-9])", text.strip())
    if found is None:
        raise ValidationError(_("Skriv klokken som 12.00."))
    return f"{int(found[1]):02d}.{found[2]}"


def _weekdays(text: str) -> str:
    names = ("ma", "ti", "on", "to", "fr")
    typed = set(re.split(r"[\s,]+", text.strip().lower()))
    if not typed <= set(names):
        raise ValidationError(_("Skriv en eller flere af dagene ma ti on to fr."))
    return " ".join(name for name in names if name in typed)


def _bank_reg(text: str) -> str:
    digits = re.sub(r"[\s.-]", "", text)
    if not re.fullmatch(r"[0-9]{4}", digits):
        raise ValidationError(_("Et registreringsnummer har fire cifre."))
    return digits


def _bank_account(text: str) -> str:
    digits = re.sub(r"[\s.-]", "", text)
    if not re.fullmatch(r"[0-9]{1,10}", digits) or not int(digits):
        raise ValidationError(_("Et kontonummer har højst ti cifre."))
    return digits.zfill(10)


def _fik_creditor(text: str) -> str:
    try:
        return clean_creditor(text)
    except ValueError:
        raise ValidationError(_("Et kreditornummer har otte cifre.")) from None


def _prefix(text: str) -> str:
    if not re.fullmatch(r"[A-Z0-9-]{0,8}", text):
        raise ValidationError(_("Brug højst 8 store bogstaver (A–Z), tal og bindestreger."))
    if text[-1:].isdigit():  # 1 and 1042 would read like 11042, which another order will have
        raise ValidationError(_("Slut med et bogstav eller en bindestreg, så nummeret kan læses for sig."))
    return text


def check_filled(text: str) -> None:
    """Refuses braces around anything but the names that are filled in when a text is shown."""
    for name in re.findall(r"\{([^{}]*)\}", text):
        if name not in FILLED_NAMES:
            raise ValidationError(_("{%(name)s} bliver ikke udfyldt. Brug et af navnene ovenfor.", name=name[:40]))
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", text)):
        raise ValidationError(_("Der er en løs krøllet parentes. Fjern den."))


CHECKS: dict[str, Callable[[str], str]] = {
    "cvr": _cvr,
    "vat_no": _vat_no,
    "iban": _iban,
    "email": _email,
    "postcode": _postcode,
    "phone": _phone,
    "url": _url,
    "bank_reg": _bank_reg,
    "bank_account": _bank_account,
    "fik_creditor": _fik_creditor,
    "prefix": _prefix,
    "weekdays": _weekdays,
    "clock": _clock,
}


def checked(name: str, text: str) -> str:
    """A text as it is stored, read by the check of a name; Refused with its sentence. For the command line."""
    try:
        return CHECKS[name](text)
    except ValidationError as wrong:
        raise Refused(str(wrong)) from None
