"""Which orders a line of the account may be for, and why one thinks so. Nothing is decided here."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from orders.bank.dues import Due
from shop.checkdigits import read_payment_ids
from shop.i18n import lazy_gettext as _

FIK, INVOICE, ORDER, NUMBER, AMOUNT, NAME = "fik", "invoice", "order", "number", "amount", "name"
REASONS = {
    FIK: _("FIK-nummeret passer"),
    INVOICE: _("fakturaens nummer står der"),
    ORDER: _("ordrens nummer står der"),
    NUMBER: _("et tal ligner nummeret"),
    AMOUNT: _("beløbet er det, der mangler"),
    NAME: _("køberens navn står der"),
}
WORTH = {FIK: 100, INVOICE: 90, ORDER: 90, AMOUNT: 40, NAME: 30, NUMBER: 20}
NAMED = frozenset({FIK, INVOICE, ORDER})
LEAST, MOST_SHOWN = 30, 5
_ORDER_WORDS = re.compile(r"(?:ordre|ordrenr|ordrenummer|order|bestilling|ord)")
_INVOICE_WORDS = re.compile(r"(?:faktura|fakturanr|fakturanummer|fakt|fak|regning|regn|invoice|inv|f)")
_TOKEN = re.compile(r"(?P<word>[a-z]*)(?P<mark>[ .:#/-]*(?:(?:nr|no|nummer)[ .:]*)?)(?P<digits>[0-9]+(?: [0-9]+)*)")
_YEAR = re.compile(r"20[0-9][0-9]")
LEAST_BARE = 4
"""Digits a number without a word in front of it has before it is taken for an order's."""


class Said(Protocol):
    """What a line of the account says."""

    @property
    def ore(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def sender(self) -> str: ...
    @property
    def reference(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers a line names, without what stands in front of them and without leading zeros."""

    orders: frozenset[str]
    invoices: frozenset[str]
    bare: frozenset[str]
    serials: frozenset[int]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One order that may be meant. `reasons` are keys of REASONS, the strongest first."""

    due: Due
    reasons: tuple[str, ...]

    @property
    def worth(self) -> int:
        return sum(WORTH[reason] for reason in self.reasons)

    @property
    def is_named(self) -> bool:
        return not NAMED.isdisjoint(self.reasons)


@dataclass(slots=True)
class Prefixes:
    """What stands in front of orders' and invoices' numbers, as it is typed: in small letters without marks."""

    order: str = ""
    invoice: str = ""


@dataclass(slots=True)
class Index:
    """The orders there are, found by what a line may say of them."""

    dues: Mapping[int, Due]
    by_order: dict[str, int] = field(default_factory=dict)
    by_invoice: dict[str, int] = field(default_factory=dict)
    names: dict[int, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, dues: Mapping[int, Due]) -> "Index":
        index = cls(dues)
        for due in dues.values():
            index.by_order[digits_of(due.number)] = due.order_id
            for number in due.invoices:
                index.by_invoice[digits_of(number)] = due.order_id
            index.names[due.order_id] = frozenset(plain(due.name).split())
        return index


def digits_of(number: str) -> str:
    """The serial part of a number as people type it: "F-0012" is "12"."""
    found = re.search(r"([0-9]+)$", number)
    return found[1].lstrip("0") if found else ""


def plain(text: str) -> str:
    """A text in small letters a–z and digits: æ is ae, ø is oe, å is aa, accents are gone, marks are blanks."""
    text = unicodedata.normalize("NFC", text).lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text).split())


def numbers_in(line: Said, prefixes: Prefixes) -> Numbers:
    """The numbers a line names, however they are spaced."""
    orders: set[str] = set()
    invoices: set[str] = set()
    bare: set[str] = set()
    for text in (line.text, line.reference, line.sender):
        for found in _TOKEN.finditer(_readable(text)):
            for digits in _joined(found["digits"]):
                kind = _kind(found["word"], prefixes)
                (orders if kind == ORDER else invoices if kind == INVOICE else bare).add(digits)
    serials = {serial for text in (line.text, line.reference) for serial in read_payment_ids(text)}
    return Numbers(frozenset(orders), frozenset(invoices), frozenset(bare), frozenset(serials))


def _readable(text: str) -> str:
    text = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[_]", " ", text)


def _kind(word: str, prefixes: Prefixes) -> str:
    if (word and word == prefixes.invoice) or _INVOICE_WORDS.fullmatch(word):
        return INVOICE
    if (word and word == prefixes.order) or _ORDER_WORDS.fullmatch(word):
        return ORDER
    return ""


def _joined(digits: str) -> set[str]:
    """Every number there may be in digits parted by blanks: "10 42" is 1042, and 10, and 42."""
    parts = digits.split()[:6]
    found = {
        "".join(parts[first : last + 1]).lstrip("0") for first in range(len(parts)) for last in range(first, len(parts))
    }
    return {one for one in found if one and len(one) <= 12}


def suggestions(line: Said, left_ore: int, numbers: Numbers, index: Index) -> list[Suggestion]:
    """The orders a line may be for, the likeliest first. `left_ore` is what of the line is on no order yet."""
    reasons: dict[int, set[str]] = {}

    def note(order_id: int | None, reason: str) -> None:
        if order_id is not None:
            reasons.setdefault(order_id, set()).add(reason)

    for serial in numbers.serials:
        note(serial if serial in index.dues else None, FIK)
    for digits in numbers.invoices:
        note(index.by_invoice.get(digits), INVOICE)
    for digits in numbers.orders:
        note(index.by_order.get(digits), ORDER)
    for digits in numbers.bare:
        is_long = len(digits) >= LEAST_BARE and not _YEAR.fullmatch(digits)
        note(index.by_order.get(digits), ORDER if is_long else NUMBER)
        note(index.by_invoice.get(digits), NUMBER)
    said = frozenset(f"{plain(line.sender)} {plain(line.text)} {plain(line.reference)}".split())
    for order_id, due in index.dues.items():
        if due.is_open and due.left_ore == left_ore:
            note(order_id, AMOUNT)
        if is_named(index.names[order_id], said) and (due.is_open or order_id in reasons):
            note(order_id, NAME)
    found = [_suggestion(index.dues[order_id], why) for order_id, why in reasons.items()]
    return sorted(_likely(found), key=lambda one: (-one.worth, one.due.order_id))[:MOST_SHOWN]


def _likely(found: Sequence[Suggestion]) -> list[Suggestion]:
    """Without what is only noise: where an order is named, a name or a number alone says nothing of others; where one
    alone is named and owes just this, no other fits.
    """
    named = [one for one in found if one.is_named]
    if len(named) == 1 and AMOUNT in named[0].reasons:
        return named
    if named:
        return [one for one in found if one.is_named or AMOUNT in one.reasons]
    return [one for one in found if one.worth >= LEAST]


def _suggestion(due: Due, reasons: Collection[str]) -> Suggestion:
    if not NAMED.isdisjoint(reasons):
        reasons = set(reasons) - {NUMBER}
    return Suggestion(due, tuple(sorted(reasons, key=lambda reason: -WORTH[reason])))


def is_named(name: frozenset[str], said: frozenset[str]) -> bool:
    """Whether all words of a name of two or more are said, with å as one writes it: "aa" or "a"."""
    words = {word for word in name if len(word) > 1}
    return len(words) > 1 and all(word in said or word.replace("aa", "a") in said for word in words)


def sure(line_left_ore: int, found: Sequence[Suggestion]) -> Suggestion | None:
    """The one order that is named, open, and owes exactly this; None when there is none, or another is named too."""
    named = [one for one in found if one.is_named]
    if len(named) != 1 or not named[0].due.is_open or named[0].due.left_ore != line_left_ore:
        return None
    return named[0]
