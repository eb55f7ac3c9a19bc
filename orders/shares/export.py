"""An enterprise's own lines as a spreadsheet."""

from collections.abc import Iterable, Iterator

from orders.shares.queries import ShareLine
from shop.i18n import gettext as _
from shop.i18n import localised
from shop.spreadsheet import Column, Row


def columns() -> list[Column]:
    """The columns, headed in the reader's language. Amounts are kroner with two decimals, without VAT."""
    return [
        Column("number", _("Ordrenr.")),
        Column("day", _("Dag"), "day"),
        Column("kind", _("Art")),
        Column("sold", _("Solgt som")),
        Column("item", _("Min vare")),
        Column("pieces", _("Antal"), "int"),
        Column("basis", _("Aftalt pris pr. stk."), "ore"),
        Column("share", _("Min andel"), "ore"),
        Column("taken", _("Heraf taget tilbage"), "ore"),
        Column("expected", _("Heraf forventet"), "ore"),
        Column("earned", _("Heraf optjent"), "ore"),
        Column("standing", _("Tilstand")),
    ]


def rows(lines: Iterable[ShareLine]) -> Iterator[Row]:
    """One row for each line, as they come."""
    kinds, standings = kind_names(), standing_names()
    for line in lines:
        yield {
            "number": line.number,
            "day": line.day,
            "kind": kinds[line.kind],
            "sold": localised(line, "text"),
            "item": localised(line, "item"),
            "pieces": line.pieces,
            "basis": line.basis_ore,
            "share": line.ore,
            "taken": line.taken_ore,
            "expected": line.expected_ore,
            "earned": line.earned_ore,
            "standing": standings[line.standing],
        }


def kind_names() -> dict[str, str]:
    """What the kinds of shares are called."""
    return {"component": _("vare"), "service": _("ydelse"), "delivery": _("levering")}


def standing_names() -> dict[str, str]:
    """What it is called how a share stands."""
    return {
        "expected": _("forventet"),
        "earned": _("optjent"),
        "payable": _("til udbetaling"),
        "taken": _("taget tilbage"),
        "unpaid": _("afventer betaling"),
        "cancelled": _("annulleret"),
        "expired": _("udløbet uden betaling"),
    }


def file_name(slug: str) -> str:
    """The name the file is saved under: whose lines."""
    start = _("min-andel")
    return f"{start}-{slug}"
