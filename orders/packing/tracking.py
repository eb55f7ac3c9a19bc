"""Tracking numbers from a carrier's file: columns known by their headings, every fault by its row, kept once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from orders.bank.decode import MOST_BYTES, Row, read_rows
from orders.lock import lock_order
from orders.models import PARCEL, Order
from orders.packing.models import Tracking
from orders.states import CLOSED, CONFIRMED, NAMES, PACKED, PART_SENT, SENT
from orders.tell import tell_buyer
from shop.db import db, insert_new
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record

REFERENCE, NUMBER, CARRIER = "reference", "number", "carrier"
KNOWN: Mapping[str, Sequence[str]] = {
    REFERENCE: (
        "reference", "ordrenummer", "ordrenr", "ordre", "ordre nr", "order number", "order", "order no", "ref",
        "kundereference", "afsenders reference", "sender reference", "customer reference",
    ),
    NUMBER: (
        "pakkenummer", "pakkenr", "tracking number", "trackingnummer", "tracking no", "tracking", "track and trace",
        "track & trace", "forsendelsesnummer", "kollinummer", "stregkode", "parcel number", "barcode", "shipment id",
    ),
    CARRIER: ("carrier", "fragtmand", "transportør", "fragtfirma", "shipping agent"),
}  # fmt: skip
MAY_HAVE = (CONFIRMED, PACKED, PART_SENT, SENT, CLOSED)
MOST_ROWS = 5_000
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{3,58}[A-Za-z0-9]")


class BadRows(Refused):
    """The file has rows that cannot be kept; nothing was. `errors`: (row in the file, what is wrong)."""

    def __init__(self, errors: Sequence[tuple[int, Any]]) -> None:
        super().__init__(_("Filen er ikke læst ind. Ret linjerne, og send den igen."))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Found:
    """One row that can be kept."""

    order_id: int
    number: str
    carrier: str


def read_tracking(raw: bytes) -> list[Found]:
    """The rows of a carrier's file. Refuses a file without the two headings, and (BadRows) every faulty row at once."""
    if len(raw) > MOST_BYTES:
        raise Refused(_("Filen fylder mere end 2 MB."))
    rows = read_rows(raw)
    columns = _columns(rows[0])
    if REFERENCE not in columns or NUMBER not in columns:
        raise Refused(
            _("Vi kan ikke kende kolonnerne. Den første linje skal have en, der hedder Reference, og en, der hedder "
              "Pakkenummer.")
        )  # fmt: skip
    if len(rows) - 1 > MOST_ROWS:
        raise Refused(_("Filen har flere end %(most)s linjer.", most=MOST_ROWS))
    return _checked(rows[1:], columns)


def _columns(header: Row) -> dict[str, int]:
    """Where each kind of column stands; of two of a kind the better known name."""
    found: dict[str, tuple[int, int]] = {}
    for place, text in enumerate(header.cells):
        plain = " ".join(re.sub(r"[.:*\"'_#]", " ", text.lower()).split())
        for kind, names in KNOWN.items():
            if plain in names and (kind not in found or names.index(plain) < found[kind][0]):
                found[kind] = (names.index(plain), place)
    return {kind: place for kind, (_rank, place) in found.items()}


def _checked(rows: Sequence[Row], columns: Mapping[str, int]) -> list[Found]:
    cells = [{kind: _cell(row, place) for kind, place in columns.items()} for row in rows]
    orders = _orders_of({name for one in cells for name in _names(one[REFERENCE])})
    owners = _owners({one[NUMBER] for one in cells})
    found: list[Found] = []
    errors: list[tuple[int, Any]] = []
    for row, one in zip(rows, cells, strict=True):
        order = next((orders[name] for name in _names(one[REFERENCE]) if name in orders), None)
        fault = _fault(one, order, owners)
        if fault:
            errors.append((row.no, fault))
        elif order is not None:
            owners[one[NUMBER]] = order.id
            found.append(Found(order.id, one[NUMBER], one.get(CARRIER, "")[:60]))
    if errors:
        raise BadRows(errors)
    return list(dict.fromkeys(found))


def _fault(one: Mapping[str, str], order: Order | None, owners: Mapping[str, int]) -> Any:
    """What is wrong with a row, in a sentence; nothing when it is fine."""
    if not one[REFERENCE]:
        return _("Her mangler ordrenummeret.")
    if order is None:
        return _("Der er ingen ordre %(number)s.", number=one[REFERENCE][:40])
    if order.delivery != PARCEL:
        return _("Ordre %(number)s bliver ikke sendt med pakke.", number=order.number)
    if order.state not in MAY_HAVE:
        return _("Ordre %(number)s er %(state)s.", number=order.number, state=NAMES[order.state])
    if not one[NUMBER]:
        return _("Her mangler pakkenummeret.")
    if not _NUMBER.fullmatch(one[NUMBER]):
        return _("«%(number)s» ligner ikke et pakkenummer.", number=one[NUMBER][:40])
    if owners.get(one[NUMBER], order.id) != order.id:
        return _("Pakkenummeret %(number)s hører til en anden ordre.", number=one[NUMBER])
    return None


def _cell(row: Row, place: int) -> str:
    text = row.cells[place] if place < len(row.cells) else ""
    return text.removeprefix("'").strip()[:200]  # our own file puts it before what a spreadsheet would run


def _names(reference: str) -> list[str]:
    """What an order may be called in a reference: all of it, or without the number of the parcel (1001-2, 1001/2)."""
    return [reference.upper(), re.sub(r"[-/ ][0-9]{1,3}$", "", reference.upper())] if reference else []


def _orders_of(names: set[str]) -> dict[str, Order]:
    return {order.number.upper(): order for order in db.session.scalars(select(Order).where(Order.number.in_(names)))}


def _owners(numbers: set[str]) -> dict[str, int]:
    rows = db.session.execute(select(Tracking.number, Tracking.order_id).where(Tracking.number.in_(numbers)))
    return {row.number: row.order_id for row in rows}


def keep_tracking(found: Sequence[Found], *, by: By, now: datetime) -> int:
    """Keep the numbers that are not there yet; how many. Whose order has left already is told in a letter of its own.

    The same file twice keeps nothing and tells nobody.
    """
    new = 0
    by_order: dict[int, list[Found]] = {}
    for one in found:
        by_order.setdefault(one.order_id, []).append(one)
    for order_id, some in sorted(by_order.items()):
        order = lock_order(order_id)
        made = [
            row
            for one in some
            if (row := insert_new(Tracking, order_id=order_id, number=one.number, carrier=one.carrier, at=now))
        ]
        if not made:
            continue
        new += len(made)
        record("tracked", "order", order_id, by=by, now=now, parcels=len(made))
        if order.state in (SENT, CLOSED):
            tell_buyer(order, "order_tracking", f"{order_id}:{made[0].id}", now=now)
    return new


def tracking_of(order_id: int) -> Sequence[Tracking]:
    """The numbers under which a carrier knows an order's parcels."""
    return db.session.scalars(select(Tracking).where(Tracking.order_id == order_id).order_by(Tracking.id)).all()
