"""Greeting cards and address labels of a day, in one and the same order; printed again, they say they are a copy."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from orders.buyers import address_of
from orders.documents.made import print_page
from orders.models import BASKET, PICKUP, Order
from orders.packing.models import CARDS, LABELS, PrintRun
from orders.packing.plan import DayPlan, PlannedLine, PlannedOrder, lines_of, plan_of
from orders.states import CONFIRMED, PACKED
from shop.days import format_moment, local_day
from shop.db import db, insert_new
from shop.errors import Refused
from shop.i18n import language, pick
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record
from shop.settings.read import seller

KINDS = (CARDS, LABELS)
MOST_PIECES = 600  # of one print: more would take longer than anybody waits
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Piece:
    """One parcel: the order's number, which of how many it is, and the text of its card ("" for none)."""

    order_id: int
    number: str
    no: int
    of: int
    name: str
    card: str


def printable(plan: DayPlan, batch: str = "") -> list[PlannedOrder]:
    """The orders whose papers are printed: those that can be packed or are, in the order they are packed."""
    return [
        one
        for one in plan.orders
        if one.state in (CONFIRMED, PACKED) and not one.why and (not batch or one.batch == batch)
    ]


def pieces_of(orders: Sequence[PlannedOrder]) -> list[Piece]:
    """Every parcel of some orders, in their order: each basket, then what was bought alone together in one."""
    return [piece for one in orders for piece in _pieces(one.order_id, one.number, one.lines)]


def _pieces(order_id: int, number: str, lines: Sequence[PlannedLine]) -> list[Piece]:
    parcels = [(line.name, line.card_text) for line in lines if line.kind == BASKET for _no in range(line.quantity)]
    loose = [line for line in lines if line.kind != BASKET]
    if loose:
        parcels.append(
            (", ".join(line.name for line in loose), "\n".join(filter(None, (one.card_text for one in loose))))
        )
    return [Piece(order_id, number, no, len(parcels), name, card) for no, (name, card) in enumerate(parcels, start=1)]


def wanted_pieces(pieces: Sequence[Piece], kind: str) -> list[Piece]:
    """Those that have something of a kind: a label each, a card where there is a text."""
    return [piece for piece in pieces if kind == LABELS or piece.card]


def begin_print(day: date, kind: str, batch: str, *, key: str, by: By, now: datetime) -> PrintRun:
    """A new print of a day's cards or labels, numbered; the same form again is the same print.

    Refuses a day without anything of the kind, and more than can be printed at once.
    """
    again = db.session.scalar(select(PrintRun).where(PrintRun.key == key))
    if again is not None:
        return again
    orders = printable(plan_of(day), batch)
    pieces = wanted_pieces(pieces_of(orders), kind)
    if not pieces:
        raise Refused(_("Der er ikke noget at skrive ud."))
    if len(pieces) > MOST_PIECES:
        raise Refused(_("Det er %(count)s på én gang. Skriv én kurv ud ad gangen.", count=len(pieces)))
    ids = list(dict.fromkeys(piece.order_id for piece in pieces))
    for _try in range(_TRIES):
        last = db.session.scalar(select(func.max(PrintRun.no)).where(PrintRun.day == day, PrintRun.kind == kind)) or 0
        run = insert_new(
            PrintRun, key=key, day=day, kind=kind, no=last + 1, orders=ids, pieces=len(pieces), at=now,
            by_name=by.by_name[:200],
        )  # fmt: skip
        if run is not None:
            record("printed", "packing_day", day.toordinal(), by=by, now=now, kind=kind, no=run.no, pieces=len(pieces))
            return run
        again = db.session.scalar(select(PrintRun).where(PrintRun.key == key))
        if again is not None:
            return again
    raise Refused(_("Der bliver skrevet ud af andre lige nu. Prøv igen om lidt."))


def find_print(run_id: int) -> PrintRun | None:
    """One print."""
    return db.session.get(PrintRun, run_id)


def prints_of(day: date) -> dict[str, PrintRun]:
    """The last print of each kind."""
    runs = db.session.scalars(select(PrintRun).where(PrintRun.day == day).order_by(PrintRun.no))
    return {run.kind: run for run in runs}


def print_pdf_of(run: PrintRun, *, apart: bool = True) -> bytes:
    """The PDF of a print (PDF/UA-1), in the reader's language. What has been erased since has no name and no text.

    `apart`: in a process of its own, for a web worker.
    """
    return print_page(run.kind, language(), archive=False, apart=apart, doc=print_data(run))


def print_data(run: PrintRun) -> dict[str, Any]:
    """What a print says, piece by piece; the same pieces in the same order whatever its kind."""
    orders = {order.id: order for order in db.session.scalars(select(Order).where(Order.id.in_(run.orders)))}
    lines: dict[int, list[PlannedLine]] = {}
    for line in lines_of(Order.id.in_(run.orders)):
        lines.setdefault(line.order_id, []).append(line)
    pieces = [
        piece
        for order_id in run.orders
        if order_id in orders
        for piece in _pieces(order_id, orders[order_id].number, lines.get(order_id, []))
    ]
    shown = wanted_pieces(pieces, run.kind)
    return {
        "kind": run.kind,
        "day": run.day.isoformat(),
        "issued_on": local_day(run.at).isoformat(),
        "at": format_moment(run.at, language()),
        "by_name": run.by_name,
        "no": run.no,
        "seller": asdict(seller()),
        "pieces": [{**asdict(piece), **_address(orders[piece.order_id])} for piece in shown],
    }


def _address(order: Order) -> dict[str, Any]:
    recipient = address_of(order.recipient)
    if order.delivery != PICKUP:
        return {"lines": recipient.lines(), "way": order.delivery, "wanted_on": order.wanted_on.isoformat()}
    place = order.delivery_place
    lines = [recipient.name, pick(str(place.get("name_da", "")), str(place.get("name_en", "")))]
    return {"lines": [line for line in lines if line], "way": PICKUP, "wanted_on": order.wanted_on.isoformat()}
