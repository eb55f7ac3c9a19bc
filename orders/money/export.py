"""An enterprise's lines as a spreadsheet."""

from collections.abc import Iterable, Iterator
from datetime import date

from orders.books.models import EARNED, PAYABLE
from orders.money.queries import EXPECTED, MONEY, Line
from orders.money.vat import VatDays
from orders.money.words import bearer_words, kind_names, sentence, state_names
from shop.i18n import gettext as _
from shop.i18n import localised
from shop.spreadsheet import Column, Row


def columns() -> list[Column]:
    """The columns, headed in the reader's language. Amounts are kroner with two decimals, without VAT."""
    return [
        Column("day", _("Dag"), "day"),
        Column("number", _("Ordrenr.")),
        Column("kind", _("Art")),
        Column("sentence", _("Hvad det er")),
        Column("item", _("Min vare")),
        Column("pieces", _("Antal"), "int"),
        Column("basis", _("Aftalt pris pr. stk."), "ore"),
        Column("ore", _("Beløb"), "ore"),
        Column(EXPECTED, _("Heraf forventet"), "ore"),
        Column(EARNED, _("Heraf optjent"), "ore"),
        Column(PAYABLE, _("Heraf til udbetaling"), "ore"),
        Column("state", _("Tilstand")),
        Column("bearer", _("Hvem bærer det")),
        Column("note", _("Koordinatorens bemærkning")),
    ]


def rows(lines: Iterable[Line], vat: VatDays, today: date) -> Iterator[Row]:
    """One row for each line, as they come. A line that is no money yet adds nothing to any sum."""
    kinds, states = kind_names(), state_names()
    for line in lines:
        share = line.share
        yield {
            "day": line.day,
            "number": line.number,
            "kind": kinds[line.kind],
            "sentence": sentence(line, vat, today),
            "item": localised(share, "item") if share else None,
            "pieces": share.pieces if share else None,
            "basis": share.basis_ore if share else None,
            "ore": line.ore,
            **{state: line.ore if line.state == state else 0 for state in MONEY},
            "state": states[line.state],
            "bearer": bearer_words(line),
            "note": line.taking.note if line.taking else line.entry.note if line.entry else None,
        }


def file_name(slug: str) -> str:
    """The name the file is saved under: whose money."""
    start = _("mine-penge")
    return f"{start}-{slug}"
