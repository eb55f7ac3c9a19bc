"""Which column of a bank's file is which: known from its headers, or said by a person and remembered."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from orders.bank.amounts import read_amount, read_bank_day
from orders.bank.decode import Row
from shop.i18n import lazy_gettext as _

DAY, TEXT, AMOUNT, IN, OUT = "day", "text", "amount", "in", "out"
BALANCE, SENDER, REFERENCE = "balance", "sender", "reference"
ACCOUNT, STATUS, CURRENCY = "account", "status", "currency"
NAMES = {
    "": _("bruges ikke"),
    DAY: _("dag"),
    TEXT: _("tekst"),
    AMOUNT: _("beløb (minus er penge ud)"),
    IN: _("beløb ind"),
    OUT: _("beløb ud"),
    BALANCE: _("saldo"),
    SENDER: _("afsender"),
    REFERENCE: _("besked eller reference"),
    ACCOUNT: _("konto"),
    STATUS: _("tilstand (venter eller udført)"),
    CURRENCY: _("valuta"),
}
# What banks call them, the best name first; compared without capitals, dots and what stands in brackets.
KNOWN: dict[str, tuple[str, ...]] = {
    DAY: (
        "bogført", "bogføringsdato", "bogført dato", "bogføringsdag", "dato", "posteringsdato", "transaktionsdato",
        "booking date", "posting date", "date",
    ),
    TEXT: ("tekst", "beskrivelse", "posteringstekst", "text", "description", "transaktionstekst"),
    AMOUNT: ("beløb", "beløb i dkk", "beløb dkk", "beløb i kr", "amount", "amount dkk"),
    IN: ("ind", "indsat", "indbetalt", "kredit", "credit", "indgående"),
    OUT: ("ud", "hævet", "udbetalt", "debet", "debit", "udgående"),
    BALANCE: ("saldo", "bogført saldo", "saldo i dkk", "balance"),
    SENDER: ("afsender", "navn", "indbetaler", "betaler", "afsendernavn", "sender", "name", "payer"),
    REFERENCE: (
        "reference", "besked", "meddelelse", "besked til modtager", "betalings-id", "betalingsid", "betalingsreference",
        "fik", "fik-linje", "message", "modtagers reference", "egen reference",
    ),
    ACCOUNT: ("konto", "kontonummer", "kontonr", "account", "account number"),
    STATUS: ("status", "tilstand"),
    CURRENCY: ("valuta", "møntsort", "currency"),
}  # fmt: skip
_BY_NAME = {name: (kind, rank) for kind, names in KNOWN.items() for rank, name in enumerate(names)}
_HEADER_WITHIN = 15


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is laid out: its headers (none: `headers` is empty), its columns, and the rows of the account.

    `columns` says what each column is, in their order; it is None when a person must be asked.
    """

    headers: Sequence[str]
    width: int
    columns: Sequence[str] | None
    rows: Sequence[Row]

    @property
    def key(self) -> str:
        """What this set of headers is remembered by."""
        said = [_plain(header) for header in self.headers] if self.headers else [str(self.width)]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def lay_out(rows: Sequence[Row]) -> Layout:
    """Find the headers, which may stand below a few lines about the account, or be none."""
    for place, row in enumerate(rows[:_HEADER_WITHIN]):
        columns = known_columns(row.cells)
        if columns is not None:
            return Layout(row.cells, len(row.cells), columns, rows[place + 1 :])
    width = max(len(row.cells) for row in rows)
    if _is_a_line(rows[0]):
        return Layout((), width, None, rows)
    return Layout(rows[0].cells, max(width, len(rows[0].cells)), None, rows[1:])


def known_columns(headers: Sequence[str]) -> list[str] | None:
    """What each column is, when there is a day and an amount among them; of two with the same meaning the better."""
    best: dict[str, tuple[int, int]] = {}
    for place, header in enumerate(headers):
        kind, rank = _BY_NAME.get(_plain(header), ("", 0))
        if kind and (kind not in best or rank < best[kind][0]):
            best[kind] = (rank, place)
    columns = [""] * len(headers)
    for kind, (_rank, place) in best.items():
        columns[place] = kind
    if AMOUNT in best:
        columns = ["" if kind in (IN, OUT) else kind for kind in columns]
    return columns if not complaint(columns) else None


def complaint(columns: Sequence[str]) -> str:
    """What is missing before lines can be read: "day", "amount", or the kind that is there twice; "" is nothing."""
    twice = next((kind for kind in columns if kind and columns.count(kind) > 1), "")
    if twice:
        return twice
    if DAY not in columns:
        return DAY
    return "" if AMOUNT in columns or IN in columns else AMOUNT


def guessed(layout: Layout) -> list[str]:
    """What the columns of an unknown file look like: for a person to agree with, or put right."""
    rows = layout.rows[:_HEADER_WITHIN]
    left = [DAY, AMOUNT, BALANCE, TEXT, SENDER, REFERENCE]
    found = []
    for place in range(layout.width):
        cells = [row.cells[place] for row in rows if place < len(row.cells) and row.cells[place]]
        known = _BY_NAME.get(_plain(layout.headers[place]), ("", 0))[0] if place < len(layout.headers) else ""
        kinds = [known, *([] if not cells else _looks_like(cells))]
        kind = next((one for one in kinds if one in left), "")
        if kind:
            left.remove(kind)
        found.append(kind)
    return found


def _looks_like(cells: Sequence[str]) -> list[str]:
    if all(_reads(read_bank_day, cell) for cell in cells):
        return [DAY]
    if all(_reads(read_amount, cell) for cell in cells):
        return [AMOUNT, BALANCE]
    return [TEXT, SENDER, REFERENCE]


def _plain(header: str) -> str:
    text = re.sub(r"[(\[].*?[)\]]", " ", header.lower())
    return " ".join(re.sub(r"[.:*\"']", " ", text).split())


def _is_a_line(row: Row) -> bool:
    """Whether a row is a line of the account and no headers: a day and an amount are in it."""
    return any(_reads(read_bank_day, cell) for cell in row.cells) and any(
        _reads(read_amount, cell) for cell in row.cells if not _reads(read_bank_day, cell)
    )


def _reads(reader: object, text: str) -> bool:
    assert callable(reader)
    try:
        reader(text)
    except ValueError:
        return False
    return True
