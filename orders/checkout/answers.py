"""What a private buyer types in the checkout, read all at once: every mistake with its sentence, by field."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from email_validator import EmailNotValidError, validate_email

from orders.cart.change import without_controls
from orders.cart.draft import Draft
from orders.checkout.organisation import FIELDS as ORGANISATION_FIELDS
from orders.checkout.organisation import kind_of, read_organisation
from orders.checkout.place import Answers, Details, check_day
from orders.delivery.freight import Freight, choose_way
from orders.models import LOCAL, PARCEL, PICKUP
from shop.address import (
    LONGEST_FIELD,
    LONGEST_LINE,
    AddressFinding,
    AddressProblem,
    PostalAddress,
    phone_digits,
    read_address,
)
from shop.errors import Refused
from shop.i18n import lazy_gettext as _

ADDRESS = ("name", "line1", "line2", "postcode", "city")
FIELDS = (
    *("name", "email", "phone", "line1", "line2", "postcode", "city"),
    *("is_gift", "to_name", "to_line1", "to_line2", "to_postcode", "to_city", "to_phone"),
    *("delivery", "wanted_on", "buyer_kind"),
    *ORGANISATION_FIELDS,
)
KEPT = 1000  # characters of a field that are kept; no field may be nearly so long

_EMPTY = {
    "name": _("Skriv dit navn."),
    "line1": _("Skriv vej og husnummer."),
    "postcode": _("Skriv postnummeret."),
    "city": _("Skriv byen."),
    "to_name": _("Skriv modtagerens navn."),
    "to_line1": _("Skriv modtagerens vej og husnummer."),
    "to_postcode": _("Skriv modtagerens postnummer."),
    "to_city": _("Skriv modtagerens by."),
}
_PROBLEMS = {
    AddressProblem.NOT_FOUR_DIGITS: _("Et dansk postnummer har fire tal, for eksempel 8000."),
    AddressProblem.GREENLAND: _("Vi leverer ikke til Grønland. Vælg en adresse i Danmark."),
    AddressProblem.FAROE: _("Vi leverer ikke til Færøerne. Vælg en adresse i Danmark; postnummeret har fire tal."),
    AddressProblem.UNKNOWN_RANGE: _("Det postnummer findes ikke i Danmark. Se det efter."),
    AddressProblem.CONTROL_CHARACTERS: _("Der er et usynligt tegn i feltet. Skriv det igen i hånden."),
    AddressProblem.FAR_TOO_LONG: _("Det er for langt. Skriv højst %(most)s tegn.", most=LONGEST_FIELD),
    AddressProblem.TOO_LONG: _(
        "Der er plads til %(most)s tegn på pakken. Gør linjen kortere, eller send igen, hvis den skal være sådan.",
        most=LONGEST_LINE,
    ),
    AddressProblem.NO_HOUSE_NUMBER: _("Mangler der et husnummer? Skriv det, eller send igen, hvis adressen er rigtig."),
}


@dataclass(slots=True)
class Reading:
    """What could be made of it. `errors` and `questions` are sentences by field; `asked` are the questions put so far.

    A question (a missing house number) is put once: sent again unchanged, it is answered.
    """

    answers: Answers | None = None
    errors: dict[str, Any] = field(default_factory=dict)
    questions: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def told(self) -> dict[str, Any]:
        """Everything to be said, by field."""
        return {**self.questions, **self.errors}


def keep(typed: Mapping[str, str]) -> dict[str, str]:
    """What is kept in the database of what was typed: the known fields, nothing endless, nothing it cannot hold."""
    return {name: without_controls(typed.get(name, ""))[:KEPT] for name in FIELDS}


def read_answers(typed: Mapping[str, str], asked: Iterable[str] = ()) -> Reading:
    """Read what was typed. Never raises; there are answers only when there is nothing left to say."""
    reading, known = Reading(), frozenset(asked)
    buyer = read_part(typed, "", reading, known)
    email = read_email(typed.get("email", ""), reading)
    phone = read_phone(typed.get("phone", ""), "phone", reading, needed=True)
    is_gift = bool(typed.get("is_gift"))
    organisation = read_organisation(typed, reading.errors)
    if organisation and buyer:
        buyer = replace(buyer, name=organisation.name, attention=buyer.name)
    recipient, recipient_phone = buyer, phone
    if is_gift:
        recipient = read_part(typed, "to_", reading, known)
        recipient_phone = read_phone(typed.get("to_phone", ""), "to_phone", reading, needed=False)
    method, _sep, place = typed.get("delivery", "").partition(":")
    if method not in (PARCEL, PICKUP, LOCAL):
        reading.errors["delivery"] = _("Vælg, hvordan den skal frem.")
    day = read_day(typed.get("wanted_on", ""))
    if day is None:
        reading.errors["wanted_on"] = _("Vælg en dag, for eksempel 1-12-2026.")
    if not reading.told and buyer and recipient and day:
        reading.answers = Answers(
            buyer, email, phone, recipient, recipient_phone, is_gift, method, place[:80], day,
            kind_of(typed), organisation,
        )  # fmt: skip
    return reading


def check_answers(answers: Answers, drafted: Draft, today: date) -> tuple[Freight | None, dict[str, Any]]:
    """Whether that way and that day can be had for what is in the cart; else the sentences, by field."""
    way, errors = None, {}
    try:
        way = choose_way(answers.delivery, answers.place, drafted.weight_g, answers.recipient.postcode, today)
        check_day(drafted, answers.delivery, answers.wanted_on, today)
    except Refused as refused:
        errors[refused.field or "delivery"] = refused.sentence
    return way, errors


_DAY = re.compile(r"\s*([0-9]{1,2})\s*[-./ ]\s*([0-9]{1,2})\s*[-./ ]\s*([0-9]{4})\s*")


def read_day(text: str) -> date | None:
    """A typed day: 2026-12-01 as browsers send it, or 1-12-2026, 1.12.2026, 1/12 2026 as Danes type it."""
    if len(text) > 30:
        return None
    typed = _DAY.fullmatch(text)
    try:
        if typed:
            return date(int(typed[3]), int(typed[2]), int(typed[1]))
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def read_part(typed: Mapping[str, str], prefix: str, reading: Reading, known: frozenset[str]) -> PostalAddress | None:
    """An address whose fields begin with a prefix; None, with what is to be said in `reading`, when it is none."""
    parts = {name: typed.get(prefix + name, "") for name in ADDRESS}
    read = read_address(**parts)
    for finding in read.errors:
        reading.errors.setdefault(prefix + finding.field, _sentence(prefix, finding))
    for finding in read.questions:
        question = f"{prefix}{finding.field}:{finding.problem.value}:{parts[finding.field].strip()}"[:KEPT]
        reading.asked.append(question)
        if question not in known:
            reading.questions.setdefault(prefix + finding.field, _sentence(prefix, finding))
    return read.address


def read_name(typed: Mapping[str, str], prefix: str, reading: Reading, known: frozenset[str]) -> PostalAddress | None:
    """Only a name, where nothing is brought to anybody: an address without street and town."""
    filled = {"name": typed.get(prefix + "name", ""), "line1": "1", "line2": "", "postcode": "8000", "city": "-"}
    read = read_part({prefix + name: text for name, text in filled.items()}, prefix, reading, known)
    return PostalAddress(read.name, "", "", "", "", "") if read else None


def _sentence(prefix: str, finding: AddressFinding) -> Any:
    if finding.problem is AddressProblem.EMPTY:
        return _EMPTY[prefix + finding.field]
    return _PROBLEMS[finding.problem]


def read_email(text: str, reading: Reading) -> str:
    """An address a letter can be sent to."""
    try:
        return validate_email(text.strip()[:400], check_deliverability=False).normalized
    except EmailNotValidError:
        reading.errors["email"] = (
            _("Den e-mail kan vi ikke skrive til. Se den efter, for eksempel navn@example.dk.")
            if text.strip()
            else _("Skriv din e-mail, så vi kan sende dig ordren.")
        )
        return ""


def read_phone(text: str, name: str, reading: Reading, *, needed: bool) -> str:
    """Eight digits; nothing is allowed where it is not needed."""
    if not text.strip() and not needed:
        return ""
    try:
        return phone_digits(text)
    except ValueError:
        reading.errors[name] = _("Skriv et dansk telefonnummer med otte tal, så den, der leverer, kan ringe.")
        return ""


def details_of(answers: Answers, *, age_confirmed: int, terms_no: str, language: str, seen_ore: int) -> Details:
    """The answers as an order is placed with them: with what was confirmed, and the total that was shown (øre)."""
    return Details(
        **{name: getattr(answers, name) for name in Answers.__slots__},
        age_confirmed=age_confirmed,
        terms_no=terms_no,
        language=language,
        seen_ore=seen_ore,
    )
