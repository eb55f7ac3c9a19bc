"""A Danish postal address: plain text in, normal lines and typed questions out. Nothing here holds words for people.

The form is that of Danish addresses and PostNord's postal codes; the line length is what carriers print on a label.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

LONGEST_LINE = 35
"""Characters a carrier prints per line; a longer one is a question to the writer, not an error."""

LONGEST_FIELD = 200
"""Characters beyond which a field is no longer an address."""

ISLANDS_WITHOUT_BRIDGE = {
    "4244": "Agersø",
    "4245": "Omø",
    "4305": "Orø",
    "4592": "Sejerø",
    "4944": "Fejø",
    "4945": "Femø",
    "5960": "Ærø",
    "5970": "Ærø",
    "5985": "Ærø",
    "6720": "Fanø",
    "8305": "Samsø",
    "8592": "Anholt",
    "8789": "Endelave",
    "8799": "Tunø",
    "9940": "Læsø",
}
"""Postal codes of their own; Bornholm is the range 3700–3790 besides."""


class AddressProblem(Enum):
    """What is wrong, or may be, with a part of an address. The words belong to the form that shows it."""

    EMPTY = "empty"
    NOT_FOUR_DIGITS = "not_four_digits"
    GREENLAND = "greenland"
    FAROE = "faroe"
    UNKNOWN_RANGE = "unknown_range"
    CONTROL_CHARACTERS = "control_characters"
    FAR_TOO_LONG = "far_too_long"
    TOO_LONG = "too_long"
    NO_HOUSE_NUMBER = "no_house_number"

    @property
    def is_question(self) -> bool:
        """Whether the address can be used as it is once its writer has looked at it."""
        return self in (AddressProblem.TOO_LONG, AddressProblem.NO_HOUSE_NUMBER)


class AddressRefused(ValueError):
    """A part of an address cannot be used; `problem` says why."""

    def __init__(self, problem: AddressProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class AddressFinding:
    """A problem and the field it was found in (the name of a field of PostalAddress)."""

    field: str
    problem: AddressProblem


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """An address as it is stored and printed. `read_address` makes one from typed text."""

    name: str
    attention: str
    line1: str
    line2: str
    postcode: str
    city: str
    country: str = "DK"

    def lines(self) -> list[str]:
        """The lines of a label, empty ones left out: name, attention, street, more, "8000 Aarhus C"."""
        town = f"{self.postcode} {self.city}".strip()
        return [line for line in (self.name, self.attention, self.line1, self.line2, town) if line]


@dataclass(frozen=True, slots=True)
class ReadAddress:
    """What `read_address` made of the text: an address unless there are errors, and questions to put to its writer."""

    address: PostalAddress | None
    errors: tuple[AddressFinding, ...]
    questions: tuple[AddressFinding, ...]


def read_address(
    *, name: str, line1: str, postcode: str, city: str, attention: str = "", line2: str = ""
) -> ReadAddress:
    """Read a typed Danish address. Never raises: all that is wrong is found at once and told per field."""
    typed = {"name": name, "attention": attention, "line1": line1, "line2": line2, "postcode": postcode, "city": city}
    clean: dict[str, str] = {}
    found: list[AddressFinding] = []
    for field, text in typed.items():
        try:
            clean[field] = check_postcode(text) if field == "postcode" else clean_line(text)
        except AddressRefused as refused:
            found.append(AddressFinding(field, refused.problem))
            continue
        problem = _look_at(field, clean)
        if problem is not None:
            found.append(AddressFinding(field, problem))
    if "line1" in clean and clean["line1"] and not _has_house_number(clean["line1"], clean.get("line2", "")):
        found.append(AddressFinding("line1", AddressProblem.NO_HOUSE_NUMBER))
    errors = tuple(finding for finding in found if not finding.problem.is_question)
    questions = tuple(finding for finding in found if finding.problem.is_question)
    return ReadAddress(None if errors else PostalAddress(**clean), errors, questions)


def clean_line(text: str) -> str:
    """One line with single spaces, composed letters (NFC) and no invisible pasted characters.

    Refuses (AddressRefused) control characters and characters that turn the reading direction, which would make a
    label say something else than the screen, and more than LONGEST_FIELD characters.
    """
    if len(text) > LONGEST_FIELD:
        raise AddressRefused(AddressProblem.FAR_TOO_LONG)
    kept = "".join(letter for letter in text if letter not in _PASTED_UNSEEN)
    if any(_is_control(letter) for letter in kept):
        raise AddressRefused(AddressProblem.CONTROL_CHARACTERS)
    return " ".join(unicodedata.normalize("NFC", kept).split())


def check_postcode(text: str) -> str:
    """The four digits of a Danish postal code ("DK-" in front is taken off). Refuses with AddressRefused.

    0555–0999 are large receivers, 1000–9990 towns. Greenland (3900–3992) and the Faroe Islands (FO-100, three digits)
    lie outside Danish VAT and the customs area and are not served. No list is kept: a gap in the ranges is accepted.
    """
    code = clean_line(text).upper()
    if not code:
        raise AddressRefused(AddressProblem.EMPTY)
    if re.fullmatch(r"FO[ -]?[0-9]{1,4}|[1-9][0-9]{2}", code):
        raise AddressRefused(AddressProblem.FAROE)
    if re.fullmatch(r"GL[ -]?[0-9]{4}", code):
        raise AddressRefused(AddressProblem.GREENLAND)
    digits = re.sub(r"^DK[ -]?", "", code)
    if not re.fullmatch(r"[0-9]{4}", digits):
        raise AddressRefused(AddressProblem.NOT_FOUR_DIGITS)
    number = int(digits)
    if 3900 <= number <= 3992:
        raise AddressRefused(AddressProblem.GREENLAND)
    if not 555 <= number <= 9990 or 3993 <= number <= 3999:
        raise AddressRefused(AddressProblem.UNKNOWN_RANGE)
    return digits


def is_island(postcode: str) -> bool:
    """Whether a checked postal code lies on an island without a bridge: longer on the way, perhaps a surcharge.

    Bornholm is 3700–3790. Small islands that share a code with the mainland cannot be told from it.
    """
    return "3700" <= postcode <= "3790" or postcode in ISLANDS_WITHOUT_BRIDGE


def phone_digits(text: str) -> str:
    """The 8 digits of a Danish telephone number; +45 or 0045 is taken off. Refuses (ValueError) everything else.

    No Danish subscriber number begins with 0 or 1 (112, 118 and the like are services).
    """
    if len(text) > LONGEST_LINE:
        raise ValueError("not a Danish telephone number")
    digits = re.sub(r"^(?:\+|00)45", "", re.sub(r"[\s.()/-]", "", text))
    if not re.fullmatch(r"[2-9][0-9]{7}", digits):
        raise ValueError("not a Danish telephone number")
    return digits


# Soft hyphen, zero-width space, word joiner, byte order mark: come along from web pages and mean nothing here.
_PASTED_UNSEEN = frozenset("\u00ad\u200b\u2060\ufeff")
# Zero-width (non-)joiner: part of names in some scripts, and of emoji.
_JOINERS = frozenset("\u200c\u200d")
_BLANKS = frozenset("\t\n\r")

# 12, 12B, 12 B; not the floor in "2. th", which is followed by a point.
_HOUSE_NUMBER = re.compile(r"\b[0-9]{1,3} ?[A-Za-zÆØÅæøå]?\b(?!\.\s*\S)")
_REQUIRED = frozenset({"name", "line1", "city"})


def _is_control(letter: str) -> bool:
    if letter in _JOINERS or letter in _BLANKS:
        return False
    return unicodedata.category(letter) in {"Cc", "Cf", "Cs"}


def _look_at(field: str, clean: dict[str, str]) -> AddressProblem | None:
    if field in _REQUIRED and not clean[field]:
        return AddressProblem.EMPTY
    # The town is printed after "8000 ", on the same line.
    length = len(clean[field]) + (5 if field == "city" else 0)
    return AddressProblem.TOO_LONG if length > LONGEST_LINE else None


def _has_house_number(*lines: str) -> bool:
    return any(_HOUSE_NUMBER.search(line) for line in lines)
