"""The office's tables of money as spreadsheets: the same rows and figures as on the pages."""

from collections.abc import Iterable, Iterator, Sequence

from orders.ledger.margins import BasketMargin, Margin, Month
from orders.ledger.receivables import Owed, Receivable
from orders.models import BASKET, FREIGHT, ITEM
from shop.i18n import gettext as _
from shop.i18n import localised
from shop.spreadsheet import Column, Row


def _margin_columns() -> list[Column]:
    return [
        Column("sold", _("Solgt uden moms"), "ore"),
        Column("pot", _("Puljens andel"), "ore"),
        Column("fees", _("Gebyrer"), "ore"),
        Column("written_off", _("Afskrevet"), "ore"),
        Column("borne", _("Båret alene"), "ore"),
        Column("corrected", _("Rettet"), "ore"),
        Column("margin", _("Overskud"), "ore"),
    ]


def _margin(margin: Margin) -> dict[str, object]:
    return {
        "sold": margin.sold_ore,
        "pot": margin.pot_ore,
        "fees": margin.fees_ore,
        "written_off": margin.written_off_ore,
        "borne": margin.borne_ore,
        "corrected": margin.corrected_ore,
        "margin": margin.margin_ore,
    }


def month_columns() -> list[Column]:
    """The columns of the months."""
    return [
        Column("month", _("Måned, første dag"), "day"),
        *_margin_columns(),
        Column("vat_out", _("Salgsmoms"), "ore"),
        Column("vat_in", _("Købsmoms, forventet"), "ore"),
        Column("vat_due", _("Moms at betale, forventet"), "ore"),
    ]


def month_rows(months: Iterable[Month]) -> Iterator[Row]:
    """One row for each month."""
    for one in months:
        vat = {"vat_out": one.vat_out_ore, "vat_in": one.vat_in_ore, "vat_due": one.vat_due_ore}
        yield {"month": one.first, **_margin(one.margin), **vat}


def basket_columns() -> list[Column]:
    """The columns of the baskets."""
    return [Column("what", _("Hvad")), *_margin_columns()]


def basket_rows(baskets: Iterable[BasketMargin]) -> Iterator[Row]:
    """One row for each basket."""
    for one in baskets:
        yield {"what": basket_name(one), **_margin(one.margin)}


def basket_name(one: BasketMargin) -> str:
    """What a row of the baskets' table is called."""
    if one.kind == BASKET:
        return localised(one, "name")
    return str({ITEM: _("Solgt enkeltvis"), FREIGHT: _("Fragt")}.get(one.kind, _("Hører ikke til en linje")))


def receivable_columns() -> list[Column]:
    """The columns of what buyers owe."""
    return [
        Column("number", _("Ordrenr.")),
        Column("buyer", _("Køber")),
        Column("days", _("Dage"), "int"),
        Column("age", _("Alder")),
        Column("ore", _("Beløb"), "ore"),
    ]


def receivable_rows(receivables: Iterable[Receivable], ages: Sequence[str]) -> Iterator[Row]:
    """One row for each order that is owed on."""
    for one in receivables:
        yield {
            "number": one.order.number,
            "buyer": one.order.buyer_name,
            "days": one.days,
            "age": ages[one.age],
            "ore": one.ore,
        }


def owed_columns() -> list[Column]:
    """The columns of what is owed to buyers."""
    return [
        Column("number", _("Ordrenr.")),
        Column("buyer", _("Køber")),
        Column("ore", _("Beløb"), "ore"),
        Column("by_hand", _("Heraf i hånden"), "ore"),
    ]


def owed_rows(owed: Iterable[Owed]) -> Iterator[Row]:
    """One row for each order whose buyer is owed."""
    for one in owed:
        yield {"number": one.order.number, "buyer": one.order.buyer_name, "ore": one.ore, "by_hand": one.by_hand_ore}


def posting_columns() -> list[Column]:
    """The columns of the postings."""
    return [
        Column("day", _("Dag"), "day"),
        Column("at", _("Bogført"), "moment"),
        Column("code", _("Hvad")),
        Column("debit", _("Fra konto (debet)")),
        Column("credit", _("Til konto (kredit)")),
        Column("ore", _("Beløb"), "ore"),
        Column("number", _("Ordrenr.")),
        Column("reference", _("Reference")),
        Column("note", _("Note")),
        Column("hash", _("Kontrolsum")),
    ]
